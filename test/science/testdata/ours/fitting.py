"""Optimisation: curve fits, minimisers, roots, linear programs."""
import numpy as np
from scipy import optimize
from scipy.interpolate import CubicSpline

rng = np.random.default_rng(7)
x = np.linspace(-5, 5, 200)


def peak(x, height, centre, width, floor):
    return floor + height * np.exp(-((x - centre) ** 2) / (2 * width**2))


y = peak(x, 3, 0.7, 0.9, 0.2) + rng.normal(0, 0.05, x.size)
best, cov = optimize.curve_fit(peak, x, y, p0=[1, 0, 1, 0])
print(dict(zip(["height", "centre", "width", "floor"], best.round(3), strict=True)), np.sqrt(np.diag(cov)).round(4))
print(optimize.minimize(optimize.rosen, [0.0, 0.0], method="BFGS").x.round(4))
print(optimize.brentq(np.cos, 0, 3), optimize.root(lambda v: [v[0] ** 2 - 2, v[1] - v[0]], [1, 1]).x)
print(optimize.linprog([-1, -2], A_ub=[[1, 1]], b_ub=[4], bounds=[(0, 3), (0, 3)]).x)
print(optimize.differential_evolution(optimize.rosen, [(-2, 2)] * 2, seed=1, workers=1).fun < 1e-6)
print(CubicSpline(x, y).integrate(-5, 5))
results = {"centre": float(best[1])}
assert abs(best[1] - 0.7) < 0.05
