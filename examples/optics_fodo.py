"""Linear optics: the FODO cell of a storage ring, scanned over quadrupole strength.

Model: thin-lens quadrupoles with drifts between them, as in any textbook on
accelerator physics. The phase advance has a closed form, sin(mu/2) = L / (4 f): the check.
"""

import matplotlib.pyplot as plt
import numpy as np

LENGTH = 8.0  # of the cell / m


def quadrupole(f):
    return np.array([[1, 0], [-1 / f, 1]])


def drift(length):
    return np.array([[1, length], [0, 1]])


def cell(f):
    """One turn map from the middle of a focusing quadrupole to the next."""
    half = quadrupole(2 * f)
    return half @ drift(LENGTH / 2) @ quadrupole(-f) @ drift(LENGTH / 2) @ half


focal = LENGTH / 4 / np.sin(np.radians(np.linspace(10, 170, 321)) / 2)
traces = np.array([np.trace(cell(f)) for f in focal])
advance = np.arccos(traces / 2)
beta_max = np.array([cell(f)[0, 1] for f in focal]) / np.sin(advance)
theory = 2 * np.arcsin(LENGTH / (4 * focal))
best = beta_max.argmin()
print(f"smallest maximum of beta: {beta_max[best]:.2f} m at {np.degrees(advance[best]):.1f} degrees a cell")

f = focal[best]
particle, orbit = np.array([1e-3, 0.0]), []
for _ in range(200):
    orbit.append(particle)
    particle = cell(f) @ particle
orbit = np.array(orbit)

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
left.plot(np.degrees(advance), beta_max)
left.plot(np.degrees(advance[best]), beta_max[best], "o")
left.set(xlabel="phase advance / degrees", ylabel="largest beta / m", ylim=(0, 60), title="FODO cell")
right.plot(1e3 * orbit[:, 0], 1e3 * orbit[:, 1], ".")
right.set(xlabel="x / mm", ylabel="x' / mrad", title="200 cells in phase space")

results = {
    "best_phase_advance_deg": np.degrees(advance[best]),
    "textbook_deg": 76.345,
    "beta_max_m": beta_max[best],
    "largest_error_of_advance": np.abs(advance - theory).max(),
    "determinant_error": abs(np.linalg.det(cell(f)) - 1),
}
