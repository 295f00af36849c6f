"""asyncio: tasks, a queue, timeouts, a semaphore and threads."""
import asyncio
import random


async def read(channel, gate):
    async with gate:
        await asyncio.sleep(random.random() / 200)
        return channel, sum(map(ord, channel)) % 17


async def producer(queue):
    for k in range(10):
        await queue.put(k)
    await queue.put(None)


async def main():
    gate, queue = asyncio.Semaphore(3), asyncio.Queue(maxsize=2)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read(f"BPM{k}", gate)) for k in range(12)]
        group.create_task(producer(queue))
        got = []
        while (item := await queue.get()) is not None:
            got.append(item)
    print(dict(t.result() for t in tasks), got)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError:
        print("timed out, as it should")
    print(await asyncio.to_thread(sum, range(1000)))


random.seed(4)
asyncio.run(main())
