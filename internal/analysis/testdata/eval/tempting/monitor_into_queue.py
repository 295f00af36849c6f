# source: pyepics documentation, camonitor (pyepics.github.io)
# kind: tempting
# writes: no
# channels: -
# reads: yes
"""Monitors two channels; updates are put on a queue and set into an array."""
import queue
import time

import epics
import numpy as np

updates = queue.SimpleQueue()


def changed(pvname=None, value=None, **kw):
    updates.put((pvname, value))


for name in ("SR:DCCT", "SR:BPM1:X"):
    epics.camonitor(name, callback=changed)
time.sleep(0.2)
for name in ("SR:DCCT", "SR:BPM1:X"):
    epics.camonitor_clear(name)

history = np.zeros(8)
while not updates.empty():
    name, value = updates.get()
    np.put(history, 0, value if isinstance(value, (int, float)) else 0.0)
print(history.shape)
