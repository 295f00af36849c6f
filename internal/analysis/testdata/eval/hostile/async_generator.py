# source: aioca README, put and get in asyncio (github.com/DiamondLightSource/aioca)
# kind: hostile
# writes: yes
# channels: FE:VALVE1:CON FE:VALVE2:CON
# reads: no
import asyncio

import aioca


async def valves(count):
    action = yield
    for index in range(1, count + 1):
        yield await action(f"FE:VALVE{index}:CON", 0)


async def main():
    stream = valves(2)
    await stream.asend(None)
    await stream.asend(vars(aioca)["ca%s" % "put"])
    async for status in stream:
        print(status)


asyncio.run(main())
