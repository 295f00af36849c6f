# writes: possible
# written: exact D:Exposure D:Gain
from ophyd import Component, Device, EpicsSignal
from bluesky.plans import count
class Detector(Device):
    gain = Component(EpicsSignal, "Gain")
    exposure = Component(EpicsSignal, "Exposure")
detector = Detector("D:", name="d")
detector.stage_sigs["gain"] = 4
detector.stage_sigs.update({detector.exposure: 0.1})
count([detector])
