# source: pyepics docs, "connection callbacks" (pyepics.github.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import time
from collections import Counter
import epics

seen = Counter()


def on_connection(pvname=None, conn=None, **kws):
    seen["up" if conn else "down"] += 1


pvs = [epics.PV(f"IOC{n:02d}:HEARTBEAT", connection_callback=on_connection) for n in range(1, 6)]
time.sleep(0.5)
alive = [pv.pvname for pv in pvs if pv.wait_for_connection(timeout=0.1) and pv.get() is not None]
print(len(alive), "of", len(pvs), dict(seen))
