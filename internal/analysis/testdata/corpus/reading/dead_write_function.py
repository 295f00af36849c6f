# writes: unresolved
# reads: definite
import epics
def set_current(v):
    epics.caput("I:SP", v)
print(epics.caget("I"))
