"""A scan over a process pool, with the function in a helper module or here."""
import multiprocessing as mp

import numpy as np
from lattice import Ring


def estimate(seed):
    rng = np.random.default_rng(seed)
    xy = rng.random((20000, 2))
    return 4 * np.mean((xy**2).sum(axis=1) < 1)


def length(cells):
    return Ring(cells).length()


if __name__ == "__main__":
    with mp.Pool(2) as pool:
        values = pool.map(estimate, range(8))
        print(np.mean(values), pool.starmap(pow, [(2, 3), (3, 2)]), pool.map(length, [1, 2]))
        total = sum(pool.imap_unordered(length, range(10), chunksize=3))
    assert abs(np.mean(values) - np.pi) < 0.05 and total > 0
