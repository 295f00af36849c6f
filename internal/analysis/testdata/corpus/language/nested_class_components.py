# writes: definite
# written: exact XF:H XF:V
from ophyd import Device, EpicsSignal, Component as Cpt
class Slit(Device):
    h = Cpt(EpicsSignal, "H")
    v = Cpt(EpicsSignal, "V")
    def close_all(self):
        for s in (self.h, self.v):
            s.put(0)
Slit("XF:", name="s").close_all()
