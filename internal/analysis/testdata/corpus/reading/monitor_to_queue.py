# writes: none
# reads: definite
# unresolved: -
import queue
import epics
q = queue.Queue()
def on_change(value=None, **kw):
    q.put(value)
epics.camonitor("BPM:X", callback=on_change)
print(q.get(timeout=2))
