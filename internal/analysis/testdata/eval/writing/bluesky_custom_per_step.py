# source: bluesky docs, "customise scans with per_step" (blueskyproject.io)
# kind: writing
# writes: yes
# channels: BL9:ATT:INSERT BL9:SAM:Z.VAL
# reads: yes
from bluesky import RunEngine
from bluesky import plan_stubs as bps
from bluesky.plans import scan
from ophyd import EpicsMotor, EpicsSignal, EpicsSignalRO

attenuator = EpicsSignal("BL9:ATT:INSERT", name="attenuator")
height = EpicsMotor("BL9:SAM:Z", name="height")
counts = EpicsSignalRO("BL9:CNT:1", name="counts")


def with_attenuator(detectors, step, pos_cache):
    yield from bps.checkpoint()
    for motor, position in step.items():
        yield from bps.mv(motor, position)
    yield from bps.abs_set(attenuator, 0, wait=True)
    yield from bps.trigger_and_read(list(detectors) + list(step))
    yield from bps.abs_set(attenuator, 1, wait=True)


RunEngine({})(scan([counts], height, 0, 1, 3, per_step=with_attenuator))
