# source: own
# kind: science
# writes: no
# channels: -
# reads: no
"""One-dimensional heat conduction with fixed ends."""
import numpy as np

cells, steps = 51, 400
dx = 1.0 / (cells - 1)
alpha = 1e-3
dt = 0.4 * dx * dx / alpha

temperature = np.full(cells, 20.0)
temperature[0], temperature[-1] = 100.0, 20.0
history = np.empty((steps // 100, cells))

for step in range(steps):
    inner = temperature[1:-1]
    inner += alpha * dt / dx**2 * (temperature[2:] - 2 * inner + temperature[:-2])
    if step % 100 == 99:
        history[step // 100] = temperature
np.save("history.npy", history)
print(np.load("history.npy")[:, ::10].round(1))
