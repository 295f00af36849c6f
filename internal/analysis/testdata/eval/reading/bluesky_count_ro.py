# source: bluesky tutorial, "count" (blueskyproject.io), over read-only EPICS signals
# kind: reading
# writes: no
# channels: -
# reads: yes
from bluesky import RunEngine
from bluesky.plans import count
from ophyd import EpicsSignalRO

RE = RunEngine({})
i0 = EpicsSignalRO("XF:23ID1-BI{Diam:1}I0", name="i0")
it = EpicsSignalRO("XF:23ID1-BI{Diam:1}It", name="it")

events = []


def collect(name, doc):
    if name == "event":
        events.append(doc["data"])


RE(count([i0, it], num=3, delay=0.1), collect)
for e in events:
    print(e)
