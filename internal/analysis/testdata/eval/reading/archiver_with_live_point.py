# source: EPICS archiver appliance docs, getData.json (retrieval into pandas), the answer kept in the script
# kind: reading
# writes: no
# channels: -
# reads: yes
import json
import pandas as pd
import epics

ANSWER = """[{"meta": {"name": "SR:BEAM:CURRENT", "EGU": "mA"},
 "data": [{"secs": 1700000000, "nanos": 0, "val": 400.1, "severity": 0},
          {"secs": 1700000060, "nanos": 0, "val": 399.7, "severity": 0}]}]"""


def retrieve(text):
    block = json.loads(text)[0]
    frame = pd.DataFrame(block["data"])
    frame["time"] = pd.to_datetime(frame["secs"], unit="s")
    return block["meta"], frame.set_index("time")[["val"]]


meta, history = retrieve(ANSWER)
now = epics.caget(meta["name"])
history.loc[pd.Timestamp("2023-11-14 22:15:20"), "val"] = now
print(history)
print("mean", history["val"].mean(), meta["EGU"])
