# writes: definite
# written: exact A:B:SP
import epics
SEP = ":"
def pvname(*parts, suffix="SP"):
    return SEP.join(parts + (suffix,))
epics.caput(pvname("A", "B"), 1)
