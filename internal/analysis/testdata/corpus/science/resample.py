# writes: none
# unresolved: -
# path: read series.csv
import pandas as pd
df = pd.read_csv("series.csv", parse_dates=["t"]).set_index("t")
print(df.resample("1h").mean().fillna(0).describe())
