# source: p4p docs, "asyncio client" (epics-base.github.io/p4p)
# kind: writing
# writes: yes
# channels: QUAD:L1:K1 QUAD:L2:K1
# reads: yes
import asyncio
from p4p.client.asyncio import Context

SETTINGS = {"QUAD:L1:K1": 1.82, "QUAD:L2:K1": -1.79}


async def main():
    with Context("pva") as ctxt:
        await asyncio.gather(*(ctxt.put(name, k1) for name, k1 in SETTINGS.items()))
        back = await asyncio.gather(*(ctxt.get(name.replace(":K1", ":K1:RBV")) for name in SETTINGS))
        print(back)


asyncio.run(main())
