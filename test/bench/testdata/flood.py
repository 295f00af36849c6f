"""Connects a thousand channels and puts to one as fast as it can, until it may not."""

import sys
import time

import epics

prefix = sys.argv[1]
chids = [epics.ca.create_channel(f"{prefix}:K{i}", auto_cb=False) for i in range(1000)]
for chid in chids:
    epics.ca.connect_channel(chid)
pv = epics.PV(f"{prefix}:FREE", auto_monitor=False)
pv.wait_for_connection(timeout=10)
print("connected", flush=True)
n = 0.0
while True:
    n += 1
    try:
        pv.put(n)
    except Exception:
        time.sleep(0.01)
        epics.ca.poll()
