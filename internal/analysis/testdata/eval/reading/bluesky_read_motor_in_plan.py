# source: bluesky docs, "plan stubs: rd and trigger_and_read" (blueskyproject.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import bluesky.plan_stubs as bps
import bluesky.preprocessors as bpp
from bluesky import RunEngine
from ophyd import EpicsMotor, EpicsSignalRO

table = EpicsMotor("BL16:TABLE:Z", name="table")
gauge = EpicsSignalRO("BL16:VAC:G1", name="gauge")


def where():
    z = yield from bps.rd(table)
    print("table at", z)

    @bpp.run_decorator(md={"plan_name": "where"})
    def inner():
        yield from bps.trigger_and_read([table, gauge])
        yield from bps.null()

    yield from inner()


RunEngine()(where())
