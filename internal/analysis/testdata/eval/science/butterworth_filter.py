# source: SciPy Cookbook, Butterworth bandpass (scipy-cookbook.readthedocs.io)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np
from scipy.signal import butter, sosfiltfilt, sosfreqz


def bandpass(data, low, high, rate, order=4):
    sos = butter(order, [low, high], btype="band", fs=rate, output="sos")
    return sosfiltfilt(sos, data)


rate = 5000.0
t = np.arange(0, 0.5, 1 / rate)
data = 0.1 * np.sin(2 * np.pi * 1.2 * t) + 0.2 * np.cos(2 * np.pi * 600 * t + 0.1) + 0.05 * np.random.default_rng(1).normal(size=t.size)
out = bandpass(data, 500, 1250, rate)
w, h = sosfreqz(butter(4, [500, 1250], btype="band", fs=rate, output="sos"), worN=512, fs=rate)
print(out.std().round(3), w[np.abs(h).argmax()].round(0))
