"""FFT: the power spectrum of an EEG and the share of each band.

Data: four EEG channels of 800 samples in 10 s, a recording that matplotlib ships
with its examples (eeg.dat). Parseval's theorem is the check that the spectrum is
scaled right.
"""

import matplotlib.cbook as cbook
import matplotlib.pyplot as plt
import numpy as np
from scipy.fft import rfft, rfftfreq

SAMPLES, CHANNELS, SECONDS = 800, 4, 10.0
BANDS = {"delta": (0.5, 4), "theta": (4, 8), "alpha": (8, 13), "beta": (13, 30)}  # Hz

with cbook.get_sample_data("eeg.dat") as file:
    data = np.frombuffer(file.read(), dtype=float).reshape(SAMPLES, CHANNELS)
data = data - data.mean(axis=0)
rate = SAMPLES / SECONDS

window = np.hanning(SAMPLES)[:, None]
frequency = rfftfreq(SAMPLES, 1 / rate)
spectrum = rfft(data * window, axis=0)
power = 2 * np.abs(spectrum) ** 2 / (rate * np.sum(window**2))  # one-sided density

width = frequency[1]
in_time = float(np.sum((data * window) ** 2) / np.sum(window**2) * CHANNELS)
in_frequency = float(power[1:-1].sum() + power[[0, -1]].sum() / 2) * width * CHANNELS

share = {}
for name, (low, high) in BANDS.items():
    inside = (frequency >= low) & (frequency < high)
    share[name] = power[inside].sum(axis=0) / power[1:].sum(axis=0)
    print(f"{name:6s}", " ".join(f"{100 * s:5.1f} %" for s in share[name]))

fig, axes = plt.subplots(2, 1, layout="constrained")
t = np.arange(SAMPLES) / rate
for channel in range(CHANNELS):
    axes[0].plot(t, data[:, channel] / np.ptp(data) + channel, lw=0.6)
    axes[1].semilogy(frequency[1:], power[1:, channel], lw=0.8, label=f"channel {channel + 1}")
for shade, (name, (low, high)) in zip((0.15, 0.05) * 2, BANDS.items(), strict=True):
    axes[1].axvspan(low, high, alpha=shade, lw=0)
    axes[1].text((low + high) / 2, 0.97, name, transform=axes[1].get_xaxis_transform(), ha="center", va="top")
axes[0].set(xlabel="time / s", yticks=range(CHANNELS), ylabel="channel", title="EEG and its power spectrum")
axes[1].set(xlabel="frequency / Hz", ylabel="power density", xlim=(0, rate / 2), ylim=(1e-6, 20))
axes[1].legend(loc="lower left", ncols=2, fontsize="small")

results = {
    "share": {name: values.round(4) for name, values in share.items()},
    "parseval_ratio": in_frequency / in_time,
}
