# written: exact M:x.VAL
from bluesky import Msg
from ophyd import EpicsMotor, EpicsSignal
x = EpicsMotor("M:x", name="x")
y = EpicsSignal("M:y", name="y")
plan = [Msg("open_run"), Msg("set", x, 1), Msg("read", y), Msg("wait", None, group="g"), Msg("close_run")]
