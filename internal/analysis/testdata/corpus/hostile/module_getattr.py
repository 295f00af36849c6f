# writes: unresolved
import epics
def __getattr__(n): return epics.PV(n)
import sys
sys.modules[__name__].GAIN.put(1)
