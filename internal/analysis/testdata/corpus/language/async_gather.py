# writes: definite
# written: exact A:1 A:2 A:3 A:4
import asyncio
from aioca import caput
async def put(pv, v):
    await caput(pv, v)
async def main():
    await asyncio.gather(*(put(f"A:{i}", i) for i in range(1, 3)))
    async with asyncio.TaskGroup() as tg:
        tg.create_task(put("A:3", 1))
    task = asyncio.create_task(put("A:4", 2))
    await task
asyncio.run(main())
