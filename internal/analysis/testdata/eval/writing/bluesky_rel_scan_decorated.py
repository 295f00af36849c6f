# source: bluesky docs, "plan preprocessors: decorators" (blueskyproject.io)
# kind: writing
# writes: yes
# channels: 7bmb1:m10.VAL 7bmb1:shutter:close 7bmb1:shutter:open
# reads: yes
import bluesky.plan_stubs as bps
import bluesky.preprocessors as bpp
from bluesky import RunEngine
from ophyd import EpicsMotor, EpicsSignal, EpicsSignalRO

opener = EpicsSignal("7bmb1:shutter:open", name="opener")
closer = EpicsSignal("7bmb1:shutter:close", name="closer")
theta = EpicsMotor("7bmb1:m10", name="theta")
camera = EpicsSignalRO("7bmb1:cam:total", name="camera")


def close_shutter():
    yield from bps.mv(closer, 1)


@bpp.finalize_decorator(close_shutter)
@bpp.run_decorator(md={"purpose": "rocking curve"})
def rocking(width, points):
    start = yield from bps.rd(theta)
    yield from bps.mv(opener, 1)
    for k in range(points):
        yield from bps.mv(theta, start + width * (k / (points - 1) - 0.5))
        yield from bps.trigger_and_read([theta, camera])
    yield from bps.mv(theta, start)


RE = RunEngine({})
RE(rocking(0.2, 5))
