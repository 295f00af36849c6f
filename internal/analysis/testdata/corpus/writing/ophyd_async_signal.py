# writes: definite
# access: write ophyd_async.core.SignalRW.set exact[OA:SP] constant[4] definite
import asyncio
from ophyd_async.epics.core import epics_signal_rw
async def main():
    sig = epics_signal_rw(float, "OA:SP")
    await sig.connect()
    await sig.set(4)
asyncio.run(main())
