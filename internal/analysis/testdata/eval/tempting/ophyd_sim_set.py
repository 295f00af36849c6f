# source: ophyd documentation, simulated hardware (blueskyproject.io/ophyd)
# kind: tempting
# writes: no
# channels: -
# reads: no
import bluesky.plan_stubs as bps
from bluesky import RunEngine
from ophyd.sim import motor1, motor2

RE = RunEngine({})


def diagonal(steps):
    for step in range(steps):
        yield from bps.mv(motor1, step, motor2, -step)
    yield from bps.mv(motor1, 0, motor2, 0)


RE(diagonal(3))
motor1.set(1.5)
print(motor1.position, motor2.position)
