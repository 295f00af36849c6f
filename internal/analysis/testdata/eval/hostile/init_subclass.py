# source: own
# kind: hostile
# writes: yes
# channels: CRYO:VALVE:12:POS
# reads: no
import aioca
import asyncio


class Plugin:
    registry = {}

    def __init_subclass__(cls, /, address=None, level=0, **kw):
        super().__init_subclass__(**kw)
        cls.registry[cls.__name__] = address
        if address:
            asyncio.run(cls.start(address, level))

    @staticmethod
    async def start(address, level):
        verb = [n for n in dir(aioca) if n == "ca" + "put"][0]
        await getattr(aioca, verb)(address, level)


class Valve(Plugin, address="CRYO:VALVE:12:POS", level=35):
    """Only a class statement, no call anywhere."""


print(Plugin.registry)
