# source: databroker tutorials (blueskyproject.io): a run's table is analysed, plus one live value for the title
# kind: reading
# writes: no
# channels: -
# reads: yes
import json
import numpy as np
from ophyd import EpicsSignalRO

RUN = json.loads("""{"start": {"plan_name": "scan", "motors": ["th"], "scan_id": 817},
 "primary": {"th": [0, 1, 2, 3, 4], "det": [1.0, 3.5, 9.0, 3.4, 1.1]}}""")


class Run:
    def __init__(self, doc):
        self.metadata = {"start": doc["start"]}
        self._tables = {"primary": doc["primary"]}

    def read(self, stream="primary"):
        return {k: np.asarray(v, float) for k, v in self._tables[stream].items()}


def set_title(run, extra):
    return "scan {scan_id} ({plan_name}) at ".format(**run.metadata["start"]) + extra


run = Run(RUN)
table = run.read()
centre = np.average(table["th"], weights=table["det"])
ring = EpicsSignalRO("SR:C03-BI{DCCT:1}I:Real-I", name="ring")
print(set_title(run, f"{ring.get():.1f} mA"), "centre", centre)
