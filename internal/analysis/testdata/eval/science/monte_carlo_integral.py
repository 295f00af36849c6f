# source: own
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np


def integrate(function, low, high, samples, rng):
    x = rng.uniform(low, high, samples)
    y = function(x)
    volume = high - low
    return volume * y.mean(), volume * y.std(ddof=1) / np.sqrt(samples)


rng = np.random.default_rng(2026)
for samples in (100, 1_000, 10_000, 100_000):
    value, error = integrate(np.sin, 0, np.pi, samples, rng)
    print(f"{samples:7d} {value:.5f} +- {error:.5f}")
