# writes: definite
# written: exact SP:1
import epics
def put(pv, value):
    if isinstance(pv, str):
        pv = epics.PV(pv)
    pv.put(value)
put("SP:1", 2)
