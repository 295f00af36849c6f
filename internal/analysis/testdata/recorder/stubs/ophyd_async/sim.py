"""Simulated devices."""

from ophyd_async.core import StandardReadable, StandardReadableFormat, WatchableAsyncStatus, soft_signal_rw


class SimMotor(StandardReadable):
    """A motor in the process."""

    def __init__(self, name="", instant=True):
        with self.add_children_as_readables(StandardReadableFormat.HINTED_SIGNAL):
            self.user_readback = soft_signal_rw(float, 0.0)
        self.user_setpoint = soft_signal_rw(float, 0.0)
        self.velocity = soft_signal_rw(float, 1.0)
        super().__init__(name)

    def set(self, value, **kw):
        async def move():
            await self.user_setpoint.set(value)
            await self.user_readback.set(value)
        return WatchableAsyncStatus(move())

    async def locate(self):
        value = await self.user_readback.get_value()
        return {"setpoint": value, "readback": value}

    async def stop(self, success=False):
        return None
