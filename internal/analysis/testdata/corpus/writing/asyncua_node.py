# writes: definite
# access: write asyncua.Node.write_value exact[ns=2;i=4] constant[1.0] definite
import asyncio
from asyncua import Client
async def main():
    async with Client("opc.tcp://plc:4840") as client:
        node = client.get_node("ns=2;i=4")
        await node.write_value(1.0)
asyncio.run(main())
