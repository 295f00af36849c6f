# written: exact NS:A NS:B
# writes: definite
# complete: true
import epics
class Ch:
    A = epics.PV("NS:A")
    B = epics.PV("NS:B")
for name, v in vars(Ch).items():
    if not name.startswith("_"):
        v.put(1)
