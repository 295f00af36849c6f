# source: asyncua docs, "synchronous client" (opcua-asyncio.readthedocs.io)
# kind: writing
# writes: yes
# channels: ns=3;s=Cooling.Loop1.Setpoint ns=3;s=Cooling.Loop2.Setpoint
# reads: yes
from asyncua.sync import Client

with Client("opc.tcp://plc.example:4840") as client:
    for loop, celsius in ((1, 21.5), (2, 23.0)):
        node = client.get_node(f"ns=3;s=Cooling.Loop{loop}.Setpoint")
        if node.read_value() != celsius:
            node.write_value(celsius)
