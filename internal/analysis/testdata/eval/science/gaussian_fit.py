# source: SciPy reference, optimize.curve_fit (docs.scipy.org)
# kind: science
# writes: no
# channels: -
# reads: no
"""Fits a peak and prints the parameters with their errors."""
import numpy as np
from scipy.optimize import curve_fit


def gaussian(x, height, centre, width, base):
    return base + height * np.exp(-((x - centre) ** 2) / (2 * width**2))


rng = np.random.default_rng(7)
x = np.linspace(-5, 5, 200)
y = gaussian(x, 3.0, 0.7, 1.1, 0.5) + rng.normal(0, 0.05, x.size)
values, covariance = curve_fit(gaussian, x, y, p0=(1, 0, 1, 0))
errors = np.sqrt(np.diag(covariance))
for name, value, error in zip(("height", "centre", "width", "base"), values, errors):
    print(f"{name:7s} {value:8.4f} +- {error:.4f}")
