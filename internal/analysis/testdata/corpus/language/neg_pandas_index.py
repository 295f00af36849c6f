# writes: none
import pandas as pd, epics
df = pd.DataFrame({"pv": ["A", "B"]}).set_index("pv")
df["v"] = [epics.caget(p) for p in df.index]
df.loc["A", "v"] = 3
df.at["B", "v"] = 2
df.to_csv("x.csv")
