# source: own, pyepics calls from an asyncio program
# kind: writing
# writes: yes
# channels: CRYO:STAGE1:SETP CRYO:STAGE2:SETP
# reads: yes
import asyncio
import epics


class Stage:
    def __init__(self, n):
        self.base = f"CRYO:STAGE{n}"

    async def cool(self, kelvin):
        await asyncio.to_thread(epics.caput, f"{self.base}:SETP", kelvin)
        return await asyncio.to_thread(epics.caget, f"{self.base}:TEMP")


async def main():
    stages = [Stage(1), Stage(2)]
    print(await asyncio.gather(*(s.cool(k) for s, k in zip(stages, (40.0, 4.2)))))


asyncio.run(main())
