# writes: none
# unresolved: -
import asyncio
async def job(n):
    await asyncio.sleep(0)
    return n * n
async def main():
    print(await asyncio.gather(*(job(n) for n in range(3))))
asyncio.run(main())
