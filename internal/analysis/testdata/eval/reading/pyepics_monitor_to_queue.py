# source: pyepics docs, "user-supplied callback functions" (pyepics.github.io), with the work moved to a queue
# kind: reading
# writes: no
# channels: -
# reads: yes
import queue
import time
import epics

updates = queue.Queue()


def on_change(pvname=None, value=None, char_value=None, timestamp=None, **kw):
    updates.put((timestamp, pvname, value))


epics.camonitor("SR:BEAM:CURRENT", callback=on_change)
epics.camonitor("SR:BEAM:LIFETIME", callback=on_change)
time.sleep(2)
epics.camonitor_clear("SR:BEAM:CURRENT")
epics.camonitor_clear("SR:BEAM:LIFETIME")

while not updates.empty():
    print(updates.get())
