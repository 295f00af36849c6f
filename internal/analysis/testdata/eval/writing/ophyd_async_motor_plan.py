# source: DiamondLightSource/dodal devices with ophyd_async.epics.motor and bluesky plan stubs
# kind: writing
# writes: yes
# channels: BL03I-MO-SGON-01:X.VAL BL03I-MO-SGON-01:Y.VAL
# reads: yes
import bluesky.plan_stubs as bps
from bluesky.run_engine import RunEngine
from ophyd_async.core import StandardReadable, init_devices
from ophyd_async.epics.motor import Motor


class Smargon(StandardReadable):
    def __init__(self, prefix: str, name: str = ""):
        with self.add_children_as_readables():
            self.x = Motor(prefix + "X")
            self.y = Motor(prefix + "Y")
        super().__init__(name)


RE = RunEngine()
with init_devices():
    smargon = Smargon("BL03I-MO-SGON-01:")


def centre(dx: float, dy: float):
    yield from bps.mv(smargon.x, dx, smargon.y, dy)


RE(centre(0.12, -0.05))
