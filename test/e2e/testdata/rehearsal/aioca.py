import asyncio, json, sys
from aioca import caget, caput

values = json.load(sys.stdin)


async def put(name, value, **how):
    try:
        print(name, value, (await caput(name, value, **how)).ok)
    except Exception as e:
        print(name, value, e)


async def main():
    for wait in (True, False):
        for v in values["numbers"]:
            await put("@:AO", v, wait=wait)
        print(await caget("@:AO"))
    print([bool(r) for r in await caput(["@:AO", "@:AO.VAL"], [1.0, values["numbers"][3]], wait=True, throw=False)])
    await put("@:AO", 0.0, wait=True)
    # --- other channels
    for v in values["states"]:
        await put("@:MBB", v, wait=True)
    for v in values["texts"]:
        await put("@:STR", v, wait=True)
    for v in values["arrays"]:
        await put("@:SMALL", v, wait=True)
    for v in (3, 4, int(values["numbers"][3] * 100), 5, 6):
        await put("@:LONG", v)
    print(await caget("@:LONG"))
    print([bool(r) for r in await caput(["@:AO", "@:STR", "@:MBB"], [1.0, "many", 2], wait=True, throw=False)])
    await put("@:AO", 0.0, wait=True)


asyncio.run(main())
