# source: own
# kind: tempting
# writes: no
# channels: -
# reads: yes
"""Histogram of a waveform: pv.get and a lot of set_..."""
import io

import epics
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

pv = epics.PV("SR:BPM:ALL:X")
data = np.atleast_1d(np.asarray(pv.get(), dtype=float))
figure, axes = plt.subplots()
axes.hist(data, bins=10)
axes.set_title(pv.pvname)
axes.set_ylabel("count")
plt.setp(axes.get_xticklabels(), rotation=30)
figure.savefig(io.BytesIO())
print(data.size)
