# source: Diamond accelerator-physics scripts, moved from cothread to aioca
# kind: writing
# writes: yes
# channels: SR01A-PC-VSTR-01:SETI SR01A-PC-VSTR-02:SETI SR02A-PC-VSTR-01:SETI SR02A-PC-VSTR-02:SETI
# reads: yes
import asyncio
from typing import NamedTuple

import aioca


class Corrector(NamedTuple):
    cell: int
    index: int

    def pv(self, leaf="SETI"):
        return f"SR{self.cell:02d}A-PC-VSTR-{self.index:02d}:{leaf}"


CORRECTORS = [Corrector(c, i) for c in (1, 2) for i in (1, 2)]


async def nudge(corrector, amps):
    now = await aioca.caget(corrector.pv("I"))
    await aioca.caput(corrector.pv(), now + amps, throw=False)


async def main():
    await asyncio.gather(*[nudge(c, 0.01) for c in CORRECTORS])


asyncio.run(main())
