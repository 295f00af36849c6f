# writes: definite
# written: exact L:1 L:2
import epics
SETTINGS = [dict(pv="L:1", value=1), dict(pv="L:2", value=2)]
for s in SETTINGS:
    epics.caput(s["pv"], s["value"])
for s in SETTINGS:
    epics.caput(value=s["value"], pvname=s["pv"])
