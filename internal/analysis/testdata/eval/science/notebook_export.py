# source: own
# kind: science
# writes: no
# channels: -
# reads: no
# %% [markdown]
# # Calibration of a thermocouple
# Exported from a notebook.

# %%
import numpy as np

volts = np.array([0.0, 0.8, 1.61, 2.44, 3.27, 4.10])
kelvin = 273.15 + np.array([0.0, 20.0, 40.0, 60.0, 80.0, 100.0])

# %%
fit = np.polyfit(volts, kelvin, deg=2)
residual = kelvin - np.polyval(fit, volts)
residual.round(3)

# %%
summary = {"a": fit[0], "b": fit[1], "c": fit[2], "rms": float(np.sqrt((residual**2).mean()))}
print({k: round(v, 4) for k, v in summary.items()})
