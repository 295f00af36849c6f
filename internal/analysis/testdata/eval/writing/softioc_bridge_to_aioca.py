# source: pythonSoftIOC docs, "on_update with asyncio" (diamondlightsource.github.io/pythonSoftIOC), a soft IOC that drives a real supply
# kind: writing
# writes: yes
# channels: PS:REAL:SETI
# reads: yes
import asyncio
from aioca import caget, caput
from softioc import asyncio_dispatcher, builder, softioc

dispatcher = asyncio_dispatcher.AsyncioDispatcher()
builder.SetDeviceName("BRIDGE-01")
wish = builder.aOut("CURRENT", initial_value=0.0, always_update=True)
back = builder.aIn("READBACK", initial_value=0.0)
builder.LoadDatabase()
softioc.iocInit(dispatcher)


async def bridge():
    for _ in range(3):
        await caput("PS:REAL:SETI", wish.get())
        print("actual:", await caget("PS:REAL:I"))
        await asyncio.sleep(0.1)


asyncio.run(bridge())
