# written: exact A
# writes: possible
import epics
import threading
loc = threading.local()
loc.pv = epics.PV("A")
loc.pv.put(1)
