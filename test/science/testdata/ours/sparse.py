"""Sparse matrices, eigenvalues, graphs, trees, exact and random numbers."""
import decimal
import fractions
import heapq
import secrets

import numpy as np
from scipy import sparse, spatial, stats
from scipy.sparse.csgraph import dijkstra
from scipy.sparse.linalg import eigsh, spsolve

n = 400
laplace = sparse.diags([-1, 2, -1], [-1, 0, 1], shape=(n, n), format="csr")
print(eigsh(laplace, k=3, sigma=0)[0], spsolve(laplace, np.ones(n)).max())
sparse.save_npz("laplace.npz", laplace)
assert (sparse.load_npz("laplace.npz") != laplace).nnz == 0
points = np.random.default_rng(2).random((300, 2))
tree = spatial.KDTree(points)
print(tree.query([0.5, 0.5], k=3), spatial.ConvexHull(points).area, spatial.Delaunay(points).simplices.shape)
graph = sparse.csr_matrix(spatial.distance_matrix(points[:30], points[:30]))
print(dijkstra(graph, indices=0).max(), stats.norm.fit(points[:, 0]))
print(decimal.Decimal(1) / 7, fractions.Fraction(3, 9), heapq.nsmallest(2, [3, 1, 2]), len(secrets.token_hex(4)))
