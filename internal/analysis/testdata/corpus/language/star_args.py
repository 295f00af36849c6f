# writes: definite
# written: exact SA:1 SA:2
import epics
def put(*args, **kwargs):
    epics.caput(*args, **kwargs)
put("SA:1", 2, wait=True)
opts = {"pvname": "SA:2", "value": 3}
epics.caput(**opts)
