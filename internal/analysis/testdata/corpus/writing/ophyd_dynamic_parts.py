# written: exact H:roi1 H:roi2
from ophyd import Device, DynamicDeviceComponent, EpicsSignal
class Histogram(Device):
    rois = DynamicDeviceComponent({f"r{i}": (EpicsSignal, f"roi{i}", {}) for i in (1, 2)})
h = Histogram("H:", name="h")
h.rois.r1.put(0)
h.rois.r2.put(0)
