"""ODE: Mercury's orbit and the advance of its perihelion, by solve_ivp.

Model: Newton's gravity with the first post-Newtonian term of general relativity
for a test mass, in units of astronomical units and years. The term is enlarged
10,000 times to turn in few orbits, and the advance is divided by the same number
at the end: 43 arcseconds a century is what must come out.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.integrate import solve_ivp

GM = 4 * np.pi**2  # au^3 / year^2
C = 63241.077  # au / year
A, E = 0.38709893, 0.20563069  # semi-major axis / au, eccentricity
ENLARGED = 10_000
ORBITS = 6


def motion(_t, state):
    x, y, vx, vy = state
    r2 = x * x + y * y
    angular = x * vy - y * vx
    pull = -GM / r2**1.5 * (1 + ENLARGED * 3 * angular**2 / (r2 * C**2))
    return vx, vy, pull * x, pull * y


def at_perihelion(_t, state):
    x, y, vx, vy = state
    return x * vx + y * vy


at_perihelion.direction = 1

perihelion = A * (1 - E)
speed = np.sqrt(GM / A * (1 + E) / (1 - E))
period = A**1.5
start = (perihelion, 0, 0, speed)
span = (0, ORBITS * period)
solution = solve_ivp(motion, span, start, method="DOP853", events=at_perihelion, rtol=1e-11, atol=1e-12)
passages = solution.y_events[0]
angles = np.unwrap(np.arctan2(passages[:, 1], passages[:, 0]))
turn = np.polyfit(np.arange(len(angles)), angles, 1)[0] / ENLARGED  # rad an orbit
advance = np.degrees(turn) * 3600 * 100 / period
expected = np.degrees(6 * np.pi * GM / (C**2 * A * (1 - E**2))) * 3600 * 100 / period
x, y, vx, vy = solution.y
momentum = x * vy - y * vx
print(f"perihelion advance: {advance:.1f} arcseconds a century (first order: {expected:.1f})")

fig, axes = plt.subplots(layout="constrained")
axes.plot(x, y, lw=0.8)
axes.plot(passages[:, 0], passages[:, 1], "o", ms=4, label="perihelion")
axes.plot(0, 0, "*", ms=12, color="orange", label="Sun")
axes.set(aspect="equal", xlabel="x / au", ylabel="y / au", title=f"Mercury, relativity enlarged {ENLARGED} times")
axes.legend(loc="upper right")

results = {
    "advance_arcsec_per_century": advance,
    "first_order_theory": expected,
    "angular_momentum_drift": float(np.ptp(momentum) / momentum[0]),
    "steps": solution.t.size,
}
