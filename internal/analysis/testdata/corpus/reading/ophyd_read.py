# writes: none
# unresolved: -
from ophyd import EpicsSignalRO, Device, Component as Cpt
class Bpm(Device):
    x = Cpt(EpicsSignalRO, ":X")
    y = Cpt(EpicsSignalRO, ":Y")
b = Bpm("BPM1", name="b")
print(b.x.get(), b.y.get())
