# source: ophyd-async docs, "how to make a simple device: Movable" (blueskyproject.io/ophyd-async)
# kind: writing
# writes: yes
# channels: BL04I-MO-DEMO:X:Setpoint BL04I-MO-DEMO:X:Velocity
# reads: yes
import asyncio

from ophyd_async.core import AsyncStatus, StandardReadable, init_devices
from ophyd_async.epics.core import epics_signal_r, epics_signal_rw


class Mover(StandardReadable):
    def __init__(self, prefix: str, name: str = "") -> None:
        with self.add_children_as_readables():
            self.readback = epics_signal_r(float, prefix + "Readback")
        self.velocity = epics_signal_rw(float, prefix + "Velocity")
        self.setpoint = epics_signal_rw(float, prefix + "Setpoint")
        super().__init__(name=name)

    @AsyncStatus.wrap
    async def set(self, value: float):
        old = await self.readback.get_value()
        print(f"{self.name}: {old} -> {value}")
        await self.setpoint.set(value)


async def main():
    async with init_devices():
        x = Mover("BL04I-MO-DEMO:X:", name="x")
    await x.velocity.set(1.5)
    await x.set(12.0)
    print(await x.read())


asyncio.run(main())
