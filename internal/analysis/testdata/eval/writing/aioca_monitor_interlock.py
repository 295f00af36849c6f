# source: aioca docs, "camonitor" (diamondlightsource.github.io/aioca), with an action on each update
# kind: writing
# writes: yes
# channels: BL23I-VA-VALVE-01:CON
# reads: yes
import asyncio
from aioca import camonitor, caput


async def main():
    seen = asyncio.Event()

    async def on_gauge(value):
        await caput("BL23I-VA-VALVE-01:CON", 1 if value > 0 else 0)
        seen.set()

    subscription = camonitor("BL23I-VA-GAUGE-01:P", on_gauge)
    try:
        await asyncio.wait_for(seen.wait(), timeout=1)
    finally:
        subscription.close()


asyncio.run(main())
