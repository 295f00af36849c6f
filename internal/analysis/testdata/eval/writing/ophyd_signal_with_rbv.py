# source: ophyd.areadetector docs, EpicsSignalWithRBV (blueskyproject.io/ophyd)
# kind: writing
# writes: yes
# channels: 13SIM1:cam1:AcquirePeriod 13SIM1:cam1:AcquireTime
# reads: yes
from ophyd import Component as Cpt, Device
from ophyd.areadetector.base import EpicsSignalWithRBV


class Cam(Device):
    acquire_time = Cpt(EpicsSignalWithRBV, "AcquireTime")
    acquire_period = Cpt(EpicsSignalWithRBV, "AcquirePeriod")
    gain = Cpt(EpicsSignalWithRBV, "Gain")

    def expose(self, seconds, dead=0.01):
        for signal, value in ((self.acquire_time, seconds), (self.acquire_period, seconds + dead)):
            signal.put(value)


cam = Cam("13SIM1:cam1:", name="cam")
cam.expose(0.2)
print(cam.read())
