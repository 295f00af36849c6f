# source: NumPy reference, linalg.lstsq (numpy.org)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np

x = np.array([0, 1, 2, 3, 4, 5])
y = np.array([-1.0, 0.2, 0.9, 2.1, 3.0, 3.9])
design = np.vstack([x, np.ones_like(x)]).T
(slope, offset), residuals, rank, singular = np.linalg.lstsq(design, y, rcond=None)
print(f"y = {slope:.3f} x + {offset:.3f}; residual {residuals[0]:.3f}; rank {rank}")
parabola = np.polynomial.Polynomial.fit(x, y, 2)
print(parabola.convert().coef.round(4), parabola(2.5).round(3))
