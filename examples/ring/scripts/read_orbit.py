"""Reads the orbit of the ring and plots it."""

import epics
import matplotlib.pyplot as plt
import numpy as np

BPMS = [f"SR{cell:02d}C-DI-EBPM-{n:02d}" for cell in range(1, 13) for n in range(1, 5)]

x = np.array(epics.caget_many([f"{bpm}:SA:X" for bpm in BPMS]), dtype=float)  # mm
y = np.array(epics.caget_many([f"{bpm}:SA:Y" for bpm in BPMS]), dtype=float)
s = epics.caget("SR-DI-EBPM-01:S")  # m
current = epics.caget("SR-DI-DCCT-01:SIGNAL")

rms_x, rms_y = 1000 * np.sqrt([np.mean(x**2), np.mean(y**2)])
print(f"{current:.1f} mA, orbit of {len(BPMS)} BPMs: x {rms_x:.0f} um rms, y {rms_y:.0f} um rms")

figure, axes = plt.subplots(figsize=(9, 3.5), layout="constrained")
axes.plot(s, x, "o-", label=f"horizontal, {rms_x:.0f} µm rms")
axes.plot(s, y, "s-", label=f"vertical, {rms_y:.0f} µm rms")
axes.axhline(0, color="grey", linewidth=0.8)
axes.set(xlabel="s (m)", ylabel="position (mm)", title=f"Closed orbit at {current:.1f} mA", xlim=(0, 192))
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))  # beside the data, wherever the orbit is
figure.savefig("orbit.png", dpi=120)
plt.show()

results = {"current_mA": current, "rms_x_um": float(rms_x), "rms_y_um": float(rms_y)}
