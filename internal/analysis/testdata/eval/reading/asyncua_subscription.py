# source: asyncua docs, "subscriptions" (opcua-asyncio.readthedocs.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import asyncio
from asyncua import Client


class Handler:
    def datachange_notification(self, node, val, data):
        print("changed", node, val)


async def main():
    async with Client(url="opc.tcp://localhost:4840/freeopcua/server/") as client:
        level = client.get_node("ns=2;s=Tank.Level")
        print(await level.read_value())
        sub = await client.create_subscription(100, Handler())
        await sub.subscribe_data_change(level)
        await asyncio.sleep(0.2)
        await sub.delete()


asyncio.run(main())
