# written: exact ns=3;i=42
from asyncua import Client, ua
async def main(c: Client):
    await c.get_node(ua.NodeId(42, 3)).write_value(1)
import asyncio
asyncio.run(main(Client("opc.tcp://plc:4840")))
