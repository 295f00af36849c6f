# source: ophyd documentation, make_fake_device (blueskyproject.io/ophyd)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Exercise a device class without hardware."""
from ophyd import Component as Cpt
from ophyd import Device, EpicsSignal, EpicsSignalRO
from ophyd.sim import make_fake_device


class Camera(Device):
    exposure = Cpt(EpicsSignal, "AcquireTime")
    temperature = Cpt(EpicsSignalRO, "Temperature_RBV")


FakeCamera = make_fake_device(Camera)
camera = FakeCamera("XF:CAM1:", name="camera")
camera.temperature.sim_put(-20.0)
camera.exposure.sim_put(0.1)
camera.exposure.put(0.5)
print(camera.exposure.get())
