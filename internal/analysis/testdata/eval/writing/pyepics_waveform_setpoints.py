# source: Sirius and NSLS-II fast corrector scripts: a whole waveform of setpoints in one put
# kind: writing
# writes: yes
# channels: SR:AFG:CH1:ENABLE SR:AFG:CH1:WAVE-SP
# reads: no
import numpy as np
import epics

t = np.linspace(0, 1, 64, endpoint=False)
chirp = 0.2 * np.sin(2 * np.pi * (3 * t + 5 * t ** 2)) * np.hanning(t.size)
assert np.abs(chirp).max() < 0.25

pv = "SR:AFG:CH1:"
epics.caput(pv + "WAVE-SP", chirp)
epics.caput(pv + "ENABLE", 1)
