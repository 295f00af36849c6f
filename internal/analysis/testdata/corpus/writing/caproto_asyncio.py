# writes: definite
# reads: definite
# access: write caproto.threading.client.PV.write exact[P:3] constant[7] definite
# access: read caproto.threading.client.PV.read exact[P:3] unknown[] definite
import asyncio
from caproto.asyncio.client import Context
async def main():
    ctx = Context()
    pv, = await ctx.get_pvs("P:3")
    await pv.write([7])
    print(await pv.read())
asyncio.run(main())
