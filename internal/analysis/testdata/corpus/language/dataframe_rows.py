# writes: definite
# written: exact D:1 D:2
import pandas as pd, epics
df = pd.DataFrame({"pv": ["D:1", "D:2"], "value": [1.0, 2.0]})
for _, row in df.iterrows():
    epics.caput(row["pv"], row["value"])
