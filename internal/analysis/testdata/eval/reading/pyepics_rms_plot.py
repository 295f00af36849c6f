# source: own, a notebook exported to a script: orbit rms over time, plotted
# kind: reading
# writes: no
# channels: -
# reads: yes
# %% [markdown]
# # Orbit stability

# %%
import time
import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from epics import PV

# %%
bpms = [PV(f"SI-{s:02d}M2:DI-BPM:PosX-Mon") for s in range(1, 6)]

def orbit():
    return np.array([b.get() for b in bpms], dtype=float)

# %%
samples = np.empty((5, len(bpms)))
for k in range(len(samples)):
    np.put(samples[k], range(len(bpms)), orbit())
    time.sleep(0.1)

# %%
fig, ax = plt.subplots(figsize=(3, 2))
ax.plot(samples.std(axis=0))
ax.set(xlabel="BPM", ylabel="rms [um]", title="horizontal")
ax.set_ylim(bottom=0)
print(samples.mean(axis=0))
