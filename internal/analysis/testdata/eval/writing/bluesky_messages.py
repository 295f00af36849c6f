# source: bluesky docs, "message protocol" (blueskyproject.io), a plan written from messages
# kind: writing
# writes: yes
# channels: BL2:PHI.VAL
# reads: yes
from bluesky import Msg, RunEngine
from ophyd import EpicsMotor, EpicsSignalRO

phi = EpicsMotor("BL2:PHI", name="phi")
det = EpicsSignalRO("BL2:DET", name="det")


def sweep(positions):
    yield Msg("open_run")
    for p in positions:
        yield Msg("set", phi, p, group="move")
        yield Msg("wait", None, group="move")
        yield Msg("create", name="primary")
        yield Msg("read", phi)
        yield Msg("read", det)
        yield Msg("save")
    yield Msg("close_run")


RunEngine({})(sweep([0, 10, 20]))
