# writes: none
# unresolved: -
# builtin: -
import numpy as np
from scipy.optimize import curve_fit
def model(x, a, b):
    return a * np.exp(-b * x)
x = np.linspace(0, 4, 50)
y = model(x, 2.5, 1.3) + 0.2 * np.random.default_rng(1).normal(size=x.size)
p, cov = curve_fit(model, x, y)
print(p, np.sqrt(np.diag(cov)))
