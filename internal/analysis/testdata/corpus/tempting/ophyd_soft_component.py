# writes: none
# unresolved: -
from ophyd import Component as Cpt, Device, EpicsSignalRO, Kind, Signal
class Calib(Device):
    offset = Cpt(Signal, value=0.0, kind=Kind.config)
    raw = Cpt(EpicsSignalRO, "RAW")
    def value(self):
        return self.raw.get() - self.offset.get()
c = Calib("LVDT1:", name="c")
c.offset.put(0.4)
c.offset.set(0.5).wait()
print(c.value())
