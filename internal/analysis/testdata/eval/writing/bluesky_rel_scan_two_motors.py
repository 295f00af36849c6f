# source: bluesky docs, "rel_scan of two motors together" (blueskyproject.io)
# kind: writing
# writes: yes
# channels: BL13:DET:2TH.VAL BL13:SAM:TH.VAL
# reads: yes
from functools import partial
from bluesky import RunEngine
from bluesky.plans import rel_scan
from ophyd import Component as C, Device, EpicsMotor, EpicsSignalRO


class Goniometer(Device):
    th = C(EpicsMotor, "SAM:TH")
    tth = C(EpicsMotor, "DET:2TH")


gonio = Goniometer("BL13:", name="gonio")
counter = EpicsSignalRO("BL13:CNT", name="counter")
theta_two_theta = partial(rel_scan, [counter], gonio.th, -0.1, 0.1, gonio.tth, -0.2, 0.2)

RE = RunEngine({})
RE(theta_two_theta(5))
