# writes: definite
# access: write bluesky.plan_stubs.mv exact[XF:m1.VAL XF:m2.VAL] set[1 2] definite
from bluesky import RunEngine
import bluesky.plan_stubs as bps
from ophyd import EpicsMotor
RE = RunEngine({})
m1 = EpicsMotor("XF:m1", name="m1")
m2 = EpicsMotor("XF:m2", name="m2")
RE(bps.mv(m1, 1, m2, 2))
