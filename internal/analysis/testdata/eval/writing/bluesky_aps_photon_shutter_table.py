# source: APS beamline instrument packages (apstools-like shutter and a table of user calc settings)
# kind: writing
# writes: yes
# channels: 8ide:userCalc1.CALC 8ide:userCalc1.INPA 8ide:userCalc1.SCAN PA:08ID:SCS_BLOCKING
# reads: no
from bluesky import RunEngine
from bluesky import plan_stubs as bps
from ophyd import Component, Device, EpicsSignal


class UserCalc(Device):
    calc = Component(EpicsSignal, ".CALC")
    input_a = Component(EpicsSignal, ".INPA")
    scan = Component(EpicsSignal, ".SCAN")


shutter = EpicsSignal("PA:08ID:SCS_BLOCKING", name="shutter")
calc1 = UserCalc("8ide:userCalc1", name="calc1")

SETUP = {
    "scan": "Passive",
    "calc": "A*2",
    "input_a": "8ide:scaler1.S2 CP NMS",
}


def block_beam(flag=True):
    yield from bps.mv(shutter, int(flag))


def setup_calc(device, table):
    args = []
    for attr, value in table.items():
        args += [getattr(device, attr), value]
    yield from bps.mv(*args)


def beamline_setup():
    yield from block_beam()
    yield from setup_calc(calc1, SETUP)


RE = RunEngine()
RE(beamline_setup())
