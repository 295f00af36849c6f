# source: aioca docs, "camonitor" (diamondlightsource.github.io/aioca)
# kind: reading
# writes: no
# channels: -
# reads: yes
import asyncio
from aioca import FORMAT_TIME, caget, camonitor


async def main():
    updates = asyncio.Queue()
    monitor = camonitor("SR-DI-DCCT-01:SIGNAL", updates.put, format=FORMAT_TIME)
    try:
        value = await asyncio.wait_for(updates.get(), timeout=1)
        print("current", value)
    finally:
        monitor.close()
    lifetime = await caget("SR-DI-DCCT-01:LIFETIME", timeout=2)
    print("lifetime", lifetime)


asyncio.run(main())
