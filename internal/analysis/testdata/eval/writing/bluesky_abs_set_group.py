# source: DiamondLightSource blueapi and dodal style plans: abs_set in a group, then wait
# kind: writing
# writes: yes
# channels: BL24I-EA-APER:X.VAL BL24I-EA-APER:Y.VAL BL24I-EA-BS:Y.VAL
# reads: no
from enum import Enum

import bluesky.plan_stubs as bps
from bluesky.run_engine import RunEngine
from ophyd import EpicsMotor

aperture = {axis: EpicsMotor(f"BL24I-EA-APER:{axis.upper()}", name=f"ap_{axis}") for axis in "xy"}
beamstop = EpicsMotor("BL24I-EA-BS:Y", name="bs_y")


class Where(Enum):
    IN = {"x": 1.2, "y": -0.4, "bs": 0.0}
    OUT = {"x": 1.2, "y": -20.0, "bs": 30.0}


def move_optics(where: Where, group="optics"):
    table = where.value
    for axis in "xy":
        yield from bps.abs_set(aperture[axis], table[axis], group=group)
    yield from bps.abs_set(beamstop, table["bs"], group=group)
    yield from bps.wait(group=group)


def cycle():
    for where in Where:
        yield from move_optics(where)


RE = RunEngine()
RE(cycle())
