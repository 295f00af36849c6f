# source: pandas documentation, 10 minutes to pandas (pandas.pydata.org)
# kind: science
# writes: no
# channels: -
# reads: no
import io

import pandas as pd

TEXT = """sample,temperature,yield
A,20,0.61
A,40,0.72
B,20,0.55
B,40,0.58
A,20,0.63
C,40,
"""

frame = pd.read_csv(io.StringIO(TEXT)).dropna()
frame["percent"] = (frame["yield"] * 100).round(1)
print(frame.groupby("sample")["yield"].agg(["mean", "max", "count"]))
print(frame.pivot_table(index="sample", columns="temperature", values="yield"))
best = frame.sort_values("yield", ascending=False).iloc[0]
print(best["sample"], best.temperature)
frame.to_csv("clean.csv", index=False)
