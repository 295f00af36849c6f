# source: p4p docs, "asyncio client: get and monitor" (epics-base.github.io/p4p)
# kind: reading
# writes: no
# channels: -
# reads: yes
import asyncio
from p4p.client.asyncio import Context


async def main():
    queue = asyncio.Queue()
    with Context("pva") as ctxt:
        print(await ctxt.get("LASER:ENERGY"))

        async def changed(value):
            await queue.put(value)

        sub = ctxt.monitor("LASER:ENERGY", changed)
        try:
            print(await asyncio.wait_for(queue.get(), 1.0))
        finally:
            sub.close()


asyncio.run(main())
