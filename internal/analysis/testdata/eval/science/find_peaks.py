# source: SciPy reference, signal.find_peaks (docs.scipy.org)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np
from scipy.signal import find_peaks, savgol_filter

x = np.linspace(0, 10, 800)
clean = sum(h * np.exp(-((x - c) ** 2) / 0.05) for h, c in ((1.0, 2.0), (0.6, 4.5), (0.8, 7.7)))
noisy = clean + np.random.default_rng(0).normal(0, 0.03, x.size)
smooth = savgol_filter(noisy, 31, 3)
peaks, info = find_peaks(smooth, height=0.3, distance=50, prominence=0.2)
for peak, height in zip(peaks, info["peak_heights"]):
    print(f"{x[peak]:6.3f} {height:6.3f}")
