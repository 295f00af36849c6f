# source: ophyd-async docs, "signals: get_value and observe_value" (blueskyproject.io/ophyd-async); DiamondLightSource/dodal ipin
# kind: reading
# writes: no
# channels: -
# reads: yes
import asyncio
from ophyd_async.core import StandardReadable, StandardReadableFormat, init_devices
from ophyd_async.epics.core import epics_signal_r


class Pin(StandardReadable):
    def __init__(self, prefix: str, name: str = "") -> None:
        with self.add_children_as_readables(StandardReadableFormat.HINTED_SIGNAL):
            self.current = epics_signal_r(float, prefix + "I")
            self.saturated = epics_signal_r(int, prefix + "SAT")
        super().__init__(name)


async def main():
    async with init_devices():
        pin = Pin("BL03I-EA-PIN-01:", name="pin")
    print(await pin.current.get_value())
    for key, reading in (await pin.read()).items():
        print(key, reading["value"])


asyncio.run(main())
