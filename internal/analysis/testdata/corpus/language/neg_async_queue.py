# writes: none
import asyncio
from aioca import camonitor, caget
async def main():
    q = asyncio.Queue()
    m = camonitor("A", q.put)
    v = await q.get()
    print(v, await caget("B"))
    m.close()
asyncio.run(main())
