# source: SciPy user guide, Fourier transforms (docs.scipy.org)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np
from scipy.fft import rfft, rfftfreq

rate, seconds = 1000.0, 2.0
t = np.arange(0, seconds, 1 / rate)
signal = np.sin(2 * np.pi * 50 * t) + 0.4 * np.sin(2 * np.pi * 120 * t)
signal += np.random.default_rng(1).normal(0, 0.2, t.size)

window = np.hanning(t.size)
spectrum = np.abs(rfft(signal * window)) / window.sum() * 2
frequency = rfftfreq(t.size, 1 / rate)
peaks = np.argsort(spectrum)[::-1][:8]
lines = sorted({round(float(frequency[p])) for p in peaks if spectrum[p] > 0.2})
print("lines near", lines, "Hz")
