# writes: definite
# written: exact D:1 D:2
import pandas as pd, epics
df = pd.DataFrame({"pv": ["D:1", "D:2"], "value": [1.0, 2.0]})
for pv, v in zip(df["pv"], df.value):
    epics.caput(pv, v)
