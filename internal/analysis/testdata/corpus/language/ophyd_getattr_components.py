# writes: definite
# written: exact XF:H XF:V
from ophyd import Device, EpicsSignal, Component as Cpt
class Slit(Device):
    h = Cpt(EpicsSignal, "H")
    v = Cpt(EpicsSignal, "V")
s = Slit("XF:", name="s")
for name in ("h", "v"):
    getattr(s, name).set(1).wait()
