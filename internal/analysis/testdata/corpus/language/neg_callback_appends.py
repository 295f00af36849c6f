# writes: none
import epics, queue
rows, q = [], queue.Queue()
def cb(pvname=None, value=None, **kw):
    rows.append((pvname, value))
    q.put(value)
    kw.get("timestamp")
epics.PV("A").add_callback(cb)
epics.camonitor("B", callback=cb)
