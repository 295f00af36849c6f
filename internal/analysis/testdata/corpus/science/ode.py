# writes: none
# unresolved: -
from scipy.integrate import solve_ivp
import numpy as np
def lorenz(t, s, sigma=10.0, rho=28.0, beta=8 / 3):
    x, y, z = s
    return [sigma * (y - x), x * (rho - z) - y, x * y - beta * z]
sol = solve_ivp(lorenz, (0, 40), [1, 1, 1], t_eval=np.linspace(0, 40, 1000))
print(sol.y.shape)
