# written: exact A:SET B:SET
from ophyd import Component, Device, EpicsSignal
class Supply(Device):
    volts = Component(EpicsSignal, "READ", write_pv="SET")
EpicsSignal("A:READ", "A:SET", name="a").put(1)
Supply("B:", name="b").volts.set(2)
