# source: own
# kind: science
# writes: no
# channels: -
# reads: no
"""Tune of a betatron oscillation from turn-by-turn data, two ways."""
import numpy as np

rng = np.random.default_rng(9)
turns = np.arange(1024)
tune = 0.2213
x = np.exp(-turns / 900) * np.cos(2 * np.pi * tune * turns) + rng.normal(0, 0.1, turns.size)

spectrum = np.abs(np.fft.rfft(x * np.blackman(x.size)))
k = int(spectrum[1:-1].argmax()) + 1
left, mid, right = np.log(spectrum[k - 1 : k + 2])
refined = (k + 0.5 * (left - right) / (left - 2 * mid + right)) / x.size


def power(frequency):
    return abs(np.exp(-2j * np.pi * frequency * turns) @ x) ** 2


grid = np.linspace(refined - 1e-3, refined + 1e-3, 201)
best = grid[np.argmax([power(f) for f in grid])]
print(f"fft {k / x.size:.5f}, interpolated {refined:.5f}, scan {best:.5f}, truth {tune}")
