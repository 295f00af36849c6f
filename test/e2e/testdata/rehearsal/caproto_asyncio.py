import asyncio, json, sys
from caproto.asyncio.client import Context

values = json.load(sys.stdin)


async def main():
    context = Context()
    (ao,) = await context.get_pvs("@:AO")
    await ao.wait_for_connection()
    for wait in (True, False):
        for v in values["numbers"]:
            try:
                response = await ao.write(v, wait=wait)
                print(v, response and response.status.name)
            except Exception as e:
                print(v, e)
        print((await ao.read()).data)
    await ao.write(0.0)


asyncio.run(main())
