# source: pandas user guide, time series (pandas.pydata.org)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np
import pandas as pd

index = pd.date_range("2026-05-01", periods=240, freq="min")
rng = np.random.default_rng(5)
series = pd.Series(400 - np.linspace(0, 12, 240) + rng.normal(0, 0.2, 240), index=index)
series[50:60] = np.nan

hourly = series.resample("1h").agg(["mean", "std", "count"])
filled = series.interpolate()
smooth = filled.rolling("15min").median()
print(hourly.round(3))
print(smooth.diff().abs().idxmax(), series.isna().sum())
