# source: caproto docs, "Asyncio client" (caproto.github.io)
# kind: writing
# writes: yes
# channels: simple:B
# reads: yes
import asyncio
from caproto.asyncio.client import Context


async def main():
    ctx = Context()
    (pv,) = await ctx.get_pvs("simple:B")
    reading = await pv.read()
    await pv.write([float(reading.data[0]) + 1.0])


asyncio.run(main())
