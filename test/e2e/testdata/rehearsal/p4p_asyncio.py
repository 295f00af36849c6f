import asyncio, json, sys
from p4p.client.asyncio import Context

values = json.load(sys.stdin)


async def main():
    context = Context("pva")
    for wait in (True, False):
        for v in values["numbers"]:
            try:
                print(v, await context.put("@:AO", v, wait=wait))
            except Exception as e:
                print(v, e)
        print(float(await context.get("@:AO")))
    await context.put("@:AO", 0.0)
    context.close()


asyncio.run(main())
