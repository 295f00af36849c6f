"""ODEs: tracking a pendulum with events, and a stiff system."""
import numpy as np
from scipy.integrate import quad, solve_ivp

crossing = lambda t, y: y[0]  # noqa: E731
sol = solve_ivp(lambda t, y: [y[1], -np.sin(y[0])], (0, 20), [1.0, 0.0], events=crossing, rtol=1e-8, dense_output=True)
print(len(sol.t_events[0]), np.diff(sol.t_events[0]).mean() * 2)
energy = sol.y[1] ** 2 / 2 - np.cos(sol.y[0])
assert np.ptp(energy) < 1e-5
van = solve_ivp(lambda t, y: [y[1], 1000 * (1 - y[0] ** 2) * y[1] - y[0]], (0, 300), [2, 0], method="BDF")
print(van.status, van.nfev, quad(np.exp, 0, 1))
