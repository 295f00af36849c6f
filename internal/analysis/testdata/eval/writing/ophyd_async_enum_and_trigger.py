# source: ophyd-async docs, "StrictEnum signals and epics_signal_x" (blueskyproject.io/ophyd-async)
# kind: writing
# writes: yes
# channels: BL45P-EA-ZEBRA:ARM BL45P-EA-ZEBRA:PC:SOURCE
# reads: no
import asyncio

from ophyd_async.core import Device, StrictEnum
from ophyd_async.epics.core import epics_signal_rw, epics_signal_w, epics_signal_x


class Source(StrictEnum):
    POSITION = "Position"
    TIME = "Time"
    EXTERNAL = "External"


class Zebra(Device):
    def __init__(self, prefix, name=""):
        self.source = epics_signal_rw(Source, f"{prefix}:PC:SOURCE")
        self.arm = epics_signal_w(int, f"{prefix}:ARM")
        self.reset = epics_signal_x(f"{prefix}:RESET")
        super().__init__(name)


async def setup(prefix="BL45P-EA-ZEBRA"):
    zebra = Zebra(prefix, name="zebra")
    await zebra.connect()
    await asyncio.gather(zebra.source.set(Source.EXTERNAL), zebra.arm.set(1))


if __name__ == "__main__":
    asyncio.run(setup())
