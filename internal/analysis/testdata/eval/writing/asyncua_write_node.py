# source: asyncua docs, "minimal client" (opcua-asyncio.readthedocs.io)
# kind: writing
# writes: yes
# channels: ns=2;i=7 ns=2;s=Plant.Pump1.Speed
# reads: yes
import asyncio
from asyncua import Client, ua

URL = "opc.tcp://localhost:4840/freeopcua/server/"


async def main():
    async with Client(url=URL) as client:
        valve = client.get_node("ns=2;i=7")
        print("valve:", await valve.read_value())
        await valve.write_value(True)
        speed = client.get_node(ua.NodeId("Plant.Pump1.Speed", 2))
        await speed.write_value(ua.DataValue(ua.Variant(1450.0, ua.VariantType.Double)))


asyncio.run(main())
