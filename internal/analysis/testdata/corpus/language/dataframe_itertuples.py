# writes: definite
# written: exact D:1 D:2
import pandas as pd, epics
df = pd.DataFrame([("D:1", 1.0), ("D:2", 2.0)], columns=["pv", "value"])
for row in df.itertuples(index=False):
    epics.caput(row.pv, row.value)
