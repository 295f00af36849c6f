# writes: none
# access: read bluesky.plan_stubs.trigger_and_read exact[S:I0] unknown[] definite
# Staging passes over what has nothing to stage.
import bluesky.plan_stubs as bps
import bluesky.preprocessors as bpp
from bluesky import RunEngine
from ophyd import EpicsSignalRO
i0 = EpicsSignalRO("S:I0", name="i0")
@bpp.stage_decorator([i0])
def plan():
    yield from bps.stage_all(i0)
    yield from bps.trigger_and_read([i0])
RE = RunEngine()
RE(plan())
