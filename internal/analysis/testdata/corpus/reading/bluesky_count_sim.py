# writes: none
# unresolved: -
from bluesky import RunEngine
from bluesky.plans import count, scan
from ophyd.sim import det, motor
RE = RunEngine({})
RE(count([det], num=3))
RE(scan([det], motor, -1, 1, 5))
