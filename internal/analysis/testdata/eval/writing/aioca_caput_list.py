# source: aioca docs, "caput of several PVs" (diamondlightsource.github.io/aioca)
# kind: writing
# writes: yes
# channels: BL23I-MO-TABLE:X1 BL23I-MO-TABLE:X2 BL23I-MO-TABLE:Y
# reads: yes
import asyncio
from aioca import caget, caput, run


async def main():
    await caput("BL23I-MO-TABLE:Y", 3.25, wait=True)
    await caput(["BL23I-MO-TABLE:X1", "BL23I-MO-TABLE:X2"], [0.5, -0.5])
    print(await caget(["BL23I-MO-TABLE:X1", "BL23I-MO-TABLE:X2"]))


if __name__ == "__main__":
    run(main())
