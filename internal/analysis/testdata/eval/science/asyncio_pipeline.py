# source: own
# kind: science
# writes: no
# channels: -
# reads: no
"""Three stages connected by tasks, with a limit on how many run at once."""
import asyncio
import random


async def fetch(number, limit):
    async with limit:
        await asyncio.sleep(random.Random(number).random() / 100)
        return number, [number * k for k in range(5)]


async def reduce(task):
    number, values = await task
    return number, sum(values)


async def main():
    limit = asyncio.Semaphore(3)
    tasks = [asyncio.create_task(fetch(n, limit)) for n in range(8)]
    totals = await asyncio.gather(*(reduce(t) for t in tasks))
    try:
        await asyncio.wait_for(asyncio.Event().wait(), timeout=0.01)
    except asyncio.TimeoutError:
        totals.append(("timeout", -1))
    return totals


for name, total in asyncio.run(main()):
    print(name, total)
