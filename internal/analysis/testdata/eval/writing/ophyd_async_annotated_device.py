# source: ophyd-async docs, declarative devices with EpicsDevice and PvSuffix (blueskyproject.io/ophyd-async)
# kind: writing
# writes: yes
# channels: BL11K-HEATER:LEVEL
# reads: yes
import asyncio
from typing import Annotated as A

from ophyd_async.core import SignalR, SignalRW, StandardReadable, init_devices
from ophyd_async.epics.core import EpicsDevice, PvSuffix


class Heater(StandardReadable, EpicsDevice):
    level: A[SignalRW[float], PvSuffix("LEVEL")]
    temperature: A[SignalR[float], PvSuffix("TEMP_RBV")]


async def main():
    async with init_devices():
        heater = Heater("BL11K-HEATER:")
    for percent in (10.0, 20.0):
        await heater.level.set(percent)
        print(percent, await heater.temperature.get_value())


asyncio.run(main())
