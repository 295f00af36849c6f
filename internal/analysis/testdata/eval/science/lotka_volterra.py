# source: SciPy reference, integrate.solve_ivp (docs.scipy.org)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np
from scipy.integrate import solve_ivp


def rates(t, z, a, b, c, d):
    x, y = z
    return [a * x - b * x * y, -c * y + d * x * y]


solution = solve_ivp(rates, (0, 15), [10, 5], args=(1.5, 1, 3, 1), dense_output=True, rtol=1e-6)
t = np.linspace(0, 15, 7)
for moment, (prey, predators) in zip(t, solution.sol(t).T):
    print(f"{moment:5.1f} {prey:8.3f} {predators:8.3f}")
print(solution.message)
