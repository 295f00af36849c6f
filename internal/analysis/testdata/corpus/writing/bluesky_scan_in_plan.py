# writes: definite
# access: write bluesky.plans.scan exact[XF:th.VAL] constant[-1] definite
from bluesky import RunEngine
from bluesky.plans import scan
from ophyd import EpicsMotor, EpicsSignalRO
th = EpicsMotor("XF:th", name="th")
det = EpicsSignalRO("XF:det", name="det")
def align():
    yield from scan([det], th, -1, 1, 11)
RE = RunEngine()
RE(align())
