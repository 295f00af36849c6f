# source: asyncua docs, Client.write_values and Node.set_value (opcua-asyncio.readthedocs.io)
# kind: writing
# writes: yes
# channels: ns=4;s=HVAC.Fan1.Rpm ns=4;s=HVAC.Fan2.Rpm ns=4;s=HVAC.Mode
# reads: no
import asyncio
from asyncua import Client


async def main(url="opc.tcp://hvac.example:4840"):
    client = Client(url)
    await client.connect()
    try:
        fans = [client.get_node(f"ns=4;s=HVAC.Fan{n}.Rpm") for n in (1, 2)]
        await client.write_values(fans, [900.0, 850.0])
        mode = client.get_node("ns=4;s=HVAC.Mode")
        await mode.set_value("auto")
    finally:
        await client.disconnect()


asyncio.run(main())
