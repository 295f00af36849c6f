"""pandas end to end: read, clean, merge, pivot, resample, window, write."""
import io

import numpy as np
import pandas as pd

readings = pd.read_csv("readings.csv", na_values=["bad"], skipinitialspace=True)
readings["value"] = readings["value"].interpolate()
meta = pd.read_csv(io.StringIO("sensor,place\nT1,hall\nT2,ring\nT3,hall\n"))
both = readings.merge(meta, on="sensor", how="left").assign(kelvin=lambda d: d.value + 273.15)
table = both.pivot_table(index="place", columns="sensor", values="kelvin", aggfunc=["mean", "count"])
display(table)
series = pd.Series(np.arange(96.0), pd.date_range("2026-01-01", periods=96, freq="15min"))
print(series.resample("h").agg(["mean", "max"]).rolling(3).mean().tail(2))
print(both.query("kelvin > 290 and place == 'hall'").shape, both.eval("kelvin * 2").sum())
both.to_csv("both.csv", index=False)
both.to_json("both.json", orient="records")
both.to_pickle("both.pkl")
both.to_html("both.html")
assert pd.read_json("both.json").shape == both.shape and len(pd.read_csv("both.csv")) == len(both)
print(both.groupby("place")["value"].apply(lambda s: s.max() - s.min()), both.describe())
