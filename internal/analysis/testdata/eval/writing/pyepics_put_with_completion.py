# source: pyepics docs, "PV: put with wait, and a put callback" (pyepics.github.io)
# kind: writing
# writes: yes
# channels: XXX:m1.VAL XXX:m2.VAL
# reads: no
import threading
import time
import epics

finished = {}


def on_put_done(pvname=None, data=None, **kws):
    print("done:", pvname, data)
    finished[pvname] = True


one = epics.PV("XXX:m1.VAL")
two = epics.PV("XXX:m2.VAL")

one.put(1.0, use_complete=True)
two.put(2.0, callback=on_put_done, callback_data="second axis")

for _ in range(20):
    if one.put_complete:
        break
    time.sleep(0.05)
print("moved", finished)
