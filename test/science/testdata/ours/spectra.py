"""Signals: FFT, filters, peaks, spectrogram, wav files."""
import numpy as np
from scipy import fft, signal
from scipy.io import wavfile

rate = 8000
t = np.arange(rate) / rate
x = np.sin(2 * np.pi * 440 * t) + 0.3 * np.random.default_rng(0).normal(size=t.size)
spectrum, freq = np.abs(fft.rfft(x)), fft.rfftfreq(t.size, 1 / rate)
sos = signal.butter(4, [300, 600], "bandpass", fs=rate, output="sos")
clean = signal.sosfiltfilt(sos, x)
peaks, _ = signal.find_peaks(spectrum, height=spectrum.max() / 2)
f, pxx = signal.welch(clean, rate, nperseg=1024)
print(freq[peaks], f[pxx.argmax()], signal.spectrogram(x, rate)[2].shape)
wavfile.write("tone.wav", rate, (clean * 20000).astype(np.int16))
assert wavfile.read("tone.wav")[0] == rate and abs(freq[peaks][0] - 440) < 1
