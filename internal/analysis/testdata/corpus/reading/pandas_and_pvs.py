# writes: none
# reads: definite
# unresolved: -
import pandas as pd
from epics import PV
names = ["BPM:%02d:X" % i for i in range(1, 5)]
pvs = {n: PV(n) for n in names}
df = pd.DataFrame({n: [pv.get()] for n, pv in pvs.items()})
df["mean"] = df.mean(axis=1)
df.set_index("mean", inplace=True)
df.to_csv("orbit.csv")
