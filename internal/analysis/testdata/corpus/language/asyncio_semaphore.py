# writes: definite
# written: exact A:0 A:1
import asyncio
from aioca import caput, caget
sem = asyncio.Semaphore(2)
async def safe_put(pv, v):
    async with sem:
        await caput(pv, v, wait=True)
async def main():
    tasks = []
    for i in range(2):
        tasks.append(asyncio.create_task(safe_put(f"A:{i}", i)))
    await asyncio.gather(*tasks)
    for t in asyncio.as_completed(tasks):
        await t
if __name__ == "__main__":
    asyncio.run(main())
