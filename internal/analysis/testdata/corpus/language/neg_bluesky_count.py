# writes: none
from bluesky import RunEngine
from bluesky.plans import count
from ophyd.sim import det
from bluesky.callbacks.best_effort import BestEffortCallback
RE = RunEngine({})
bec = BestEffortCallback()
RE.subscribe(bec)
RE(count([det], num=3))
