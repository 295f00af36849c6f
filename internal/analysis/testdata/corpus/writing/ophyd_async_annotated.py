# written: exact V:CURRENT
from typing import Annotated
from ophyd_async.core import SignalR, SignalRW, StandardReadable
from ophyd_async.epics.core import EpicsDevice, PvSuffix
class Valve(EpicsDevice, StandardReadable):
    current: Annotated[SignalRW[float], PvSuffix("CURRENT")]
    state: Annotated[SignalR[bool], PvSuffix("STATE")]
async def main(v: Valve):
    await v.state.get_value()
    await v.current.set(0.2)
import asyncio
asyncio.run(main(Valve("V:")))
