# written: exact NS:A NS:B
# writes: definite
# complete: true
from types import SimpleNamespace
import epics
ch = SimpleNamespace(a=epics.PV("NS:A"), b=epics.PV("NS:B"))
for pv in vars(ch).values():
    pv.put(0)
