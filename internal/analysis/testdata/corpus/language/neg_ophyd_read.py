# writes: none
from ophyd import EpicsSignalRO, EpicsMotor, Device, Component as Cpt
class Det(Device):
    a = Cpt(EpicsSignalRO, "A")
    m = Cpt(EpicsMotor, "M")
d = Det("X:", name="d")
print(d.read(), d.m.position, d.a.get())
d.a.subscribe(lambda value, **kw: print(value))
