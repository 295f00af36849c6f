# source: SciPy Cookbook, Kalman filtering (scipy-cookbook.readthedocs.io)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np

rng = np.random.default_rng(6)
truth = -0.37727
measured = rng.normal(truth, 0.1, 50)
q, r = 1e-5, 0.1**2

estimate, variance = 0.0, 1.0
track = []
for value in measured:
    variance += q
    gain = variance / (variance + r)
    estimate += gain * (value - estimate)
    variance *= 1 - gain
    track.append(estimate)
print(f"estimate {track[-1]:.4f}, truth {truth}, variance {variance:.2e}")
