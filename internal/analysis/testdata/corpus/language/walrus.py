# writes: definite
# written: exact WA:1
import epics
if (pv := epics.PV("WA:1")).connected:
    pv.put(1)
