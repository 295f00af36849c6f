# source: pandas user guide, merge, join, concatenate (pandas.pydata.org)
# kind: science
# writes: no
# channels: -
# reads: no
import sqlite3

import pandas as pd

runs = pd.DataFrame({"run": [1, 2, 3, 4], "sample": list("ABAC")})
yields = pd.DataFrame({"run": [1, 2, 3, 5], "counts": [1200, 950, 1310, 700]})

merged = runs.merge(yields, on="run", how="outer", indicator=True)
print(merged["_merge"].value_counts().to_dict())
total = merged.groupby("sample", dropna=True)["counts"].sum()

with sqlite3.connect(":memory:") as database:
    merged.drop(columns="_merge").to_sql("merged", database, index=False)
    back = pd.read_sql("SELECT sample, counts FROM merged WHERE counts > 1000", database)
print(total.to_dict(), len(back))
