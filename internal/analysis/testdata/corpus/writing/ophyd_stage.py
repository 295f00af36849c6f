# writes: definite
# access: write ophyd.EpicsMotor.move exact[XF:m1.VAL] constant[1] definite
# access: write ophyd.EpicsSignal.put exact[XF:m2.VAL] constant[3] definite
# access: write bluesky.plan_stubs.mv exact[XF:m1.VAL XF:m2.VAL] set[1 2] definite
from ophyd import Component as C, Device, EpicsMotor
import bluesky.plan_stubs as bps
from bluesky import RunEngine
class Stage(Device):
    x = C(EpicsMotor, "m1")
    y = C(EpicsMotor, "m2")
s = Stage("XF:", name="s")
s.x.move(1)
s.y.user_setpoint.put(3)
def plan():
    yield from bps.mv(s.x, 1, s.y, 2)
RunEngine()(plan())
