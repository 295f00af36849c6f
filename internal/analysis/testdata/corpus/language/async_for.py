# writes: definite
# written: exact AF:1 AF:2
import asyncio
from aioca import caput
async def names():
    for n in ("AF:1", "AF:2"):
        yield n
        await asyncio.sleep(0)
async def main():
    async for n in names():
        await caput(n, 0)
loop = asyncio.get_event_loop()
loop.run_until_complete(main())
