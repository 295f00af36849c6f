# source: aioca docs, "connect and cainfo" (diamondlightsource.github.io/aioca)
# kind: reading
# writes: no
# channels: -
# reads: yes
import asyncio
from aioca import caget, connect

VALVES = [f"FE{n:02d}I-VA-VALVE-01:STA" for n in range(2, 5)]


async def main():
    await connect(VALVES, throw=False)
    states = await caget(VALVES, datatype=str, throw=False)
    for pv, state in zip(VALVES, states):
        print(pv, state if state.ok else "unreachable")


asyncio.run(main())
