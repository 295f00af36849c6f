# source: SciPy reference, interpolate.griddata (docs.scipy.org)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np
from scipy.interpolate import CubicSpline, griddata

rng = np.random.default_rng(8)
points = rng.random((300, 2))
values = np.sin(points[:, 0] * 3) * np.cos(points[:, 1] * 3)
gx, gy = np.mgrid[0.1:0.9:20j, 0.1:0.9:20j]
for method in ("nearest", "linear"):
    grid = griddata(points, values, (gx, gy), method=method)
    print(method, np.nanmax(np.abs(grid - np.sin(gx * 3) * np.cos(gy * 3))).round(3))

x = np.arange(10)
spline = CubicSpline(x, np.sin(x))
print(spline(np.pi).round(3), spline(np.pi, 1).round(3))
