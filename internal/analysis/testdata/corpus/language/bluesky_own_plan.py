# writes: definite
from bluesky import RunEngine
import bluesky.plan_stubs as bps
from ophyd import EpicsMotor
m = EpicsMotor("IOC:m1", name="m1")
def plan(n):
    for i in range(n):
        yield from bps.mv(m, i)
        yield from bps.sleep(0.1)
RE = RunEngine({})
RE(plan(3))
