# writes: none
# unresolved: -
import asyncio
from aioca import caget
async def main():
    q = asyncio.Queue()
    await q.put(await caget("BPM:X"))
    print(await q.get())
asyncio.run(main())
