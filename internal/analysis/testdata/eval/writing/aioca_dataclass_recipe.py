# source: own, insertion device phases set by a recipe
# kind: writing
# writes: yes
# channels: SR10I-MO-SERVC-01:BLGAPMTR.VAL SR10I-MO-SERVC-01:BLPHASE.VAL SR10I-MO-SERVC-21:BLGAPMTR.VAL SR10I-MO-SERVC-21:BLPHASE.VAL
# reads: yes
import asyncio
from dataclasses import dataclass, asdict

import aioca


@dataclass
class Recipe:
    BLGAPMTR: float
    BLPHASE: float = 0.0


RECIPES = {
    "SR10I-MO-SERVC-01": Recipe(23.4),
    "SR10I-MO-SERVC-21": Recipe(25.0, BLPHASE=-8.5),
}


async def apply(base, recipe, gate):
    async with gate:
        for leaf, value in asdict(recipe).items():
            await aioca.caput(f"{base}:{leaf}.VAL", value, wait=True, timeout=30)
        return await aioca.caget(f"{base}:CURRGAPD")


async def main():
    gate = asyncio.Semaphore(1)
    jobs = [asyncio.create_task(apply(b, r, gate)) for b, r in RECIPES.items()]
    for job in asyncio.as_completed(jobs):
        print(await job)


asyncio.run(main())
