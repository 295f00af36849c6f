# source: pandas user guide, fast scalar value getting and setting (pandas.pydata.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import pandas as pd

frame = pd.DataFrame({"channel": ["SR:HCM1:SP", "SR:HCM2:SP"], "value": [0.0, 0.0]})
frame.at[0, "value"] = 1.25
frame.iat[1, 1] = -0.75
frame.loc[2] = ["SR:HCM3:SP", 0.5]
frame = frame.set_index("channel")
frame.loc["SR:HCM2:SP", "value"] = 0.1
frame["value"] = frame["value"].where(frame["value"] < 1, 1.0)
print(frame.to_string())
