# written: exact NS:A
# writes: definite
# complete: true
import epics
class Dev: pass
d = Dev(); d.a = epics.PV("NS:A")
m = dict(vars(d))
m["a"].put(1)
n = {**vars(d)}
n["a"].put(1)
for k in vars(d): getattr(d, k).put(2)
[getattr(d, k).put(2) for k in vars(d)]
