# source: ophyd-async docs, "observe_value" (blueskyproject.io/ophyd-async)
# kind: reading
# writes: no
# channels: -
# reads: yes
import asyncio
from ophyd_async.core import observe_value
from ophyd_async.epics.core import epics_signal_r, epics_signal_rw


async def main():
    gap = epics_signal_rw(float, "SR12I-MO-SERVC-01:BLGSET", name="gap")
    current = epics_signal_r(float, "SR-DI-DCCT-01:SIGNAL", name="current")
    await asyncio.gather(gap.connect(), current.connect())
    print("gap setpoint", await gap.get_value())
    async for value in observe_value(current):
        print("current", value)
        break


asyncio.run(main())
