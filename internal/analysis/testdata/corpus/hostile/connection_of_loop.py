# writes: unresolved
import asyncio
class P(asyncio.Protocol): pass
async def m():
    loop = asyncio.get_running_loop()
    t, p = await loop.create_connection(P, "ioc", 5064)
    t.write(b"")
asyncio.run(m())
