# writes: definite
# written: exact OP:1
import epics
def put(pv=None, value=0):
    pv = pv or "OP:1"
    epics.caput(pv, value)
put()
