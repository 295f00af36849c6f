# source: own
# kind: science
# writes: no
# channels: -
# reads: no
"""Corrector strengths for a made-up orbit; a study on random matrices."""
import numpy as np

rng = np.random.default_rng(11)
monitors, correctors = 40, 16
response = rng.normal(size=(monitors, correctors))
orbit = response @ rng.normal(0, 0.1, correctors) + rng.normal(0, 0.01, monitors)

u, s, vt = np.linalg.svd(response, full_matrices=False)
for keep in (4, 8, 12, 16):
    inverse = (vt[:keep].T / s[:keep]) @ u[:, :keep].T
    kicks = -inverse @ orbit
    residual = orbit + response @ kicks
    print(f"{keep:3d} values: rms {residual.std():.4f} from {orbit.std():.4f}, max kick {np.abs(kicks).max():.3f}")
