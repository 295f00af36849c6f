# source: Python documentation, asyncio queues (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import asyncio


async def produce(queue, names):
    for name in names:
        await queue.put({"name": name, "op": "write", "value": 0})
    await queue.put(None)


async def consume(queue):
    seen = []
    while (item := await queue.get()) is not None:
        seen.append(item["name"])
    return seen


async def main():
    queue = asyncio.Queue(maxsize=2)
    _, seen = await asyncio.gather(produce(queue, ["SR:A", "SR:B", "SR:C"]), consume(queue))
    future = asyncio.get_running_loop().create_future()
    future.set_result(len(seen))
    print(seen, await future)


asyncio.run(main())
