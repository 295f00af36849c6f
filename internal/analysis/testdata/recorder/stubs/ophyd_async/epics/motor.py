"""ophyd_async.epics.motor, recording."""

import asyncio

from ophyd_async.core import AsyncStatus, StandardReadable, StandardReadableFormat, WatchableAsyncStatus, WatcherUpdate

from .core import epics_signal_r, epics_signal_rw, epics_signal_w, epics_signal_x


class MotorLimitsException(Exception):
    """Outside the limits."""


MotorLimitsError = MotorLimitsException


class Motor(StandardReadable):
    """The motor record."""

    def __init__(self, prefix, name=""):
        with self.add_children_as_readables(StandardReadableFormat.CONFIG_SIGNAL):
            self.motor_egu = epics_signal_r(str, prefix + ".EGU")
            self.velocity = epics_signal_rw(float, prefix + ".VELO")
            self.offset = epics_signal_rw(float, prefix + ".OFF")
        with self.add_children_as_readables(StandardReadableFormat.HINTED_SIGNAL):
            self.user_readback = epics_signal_r(float, prefix + ".RBV")
        self.user_setpoint = epics_signal_rw(float, prefix + ".VAL")
        self.max_velocity = epics_signal_r(float, prefix + ".VMAX")
        self.acceleration_time = epics_signal_rw(float, prefix + ".ACCL")
        self.precision = epics_signal_r(int, prefix + ".PREC")
        self.deadband = epics_signal_r(float, prefix + ".RDBD")
        self.motor_done_move = epics_signal_r(int, prefix + ".DMOV")
        self.low_limit_travel = epics_signal_rw(float, prefix + ".LLM")
        self.high_limit_travel = epics_signal_rw(float, prefix + ".HLM")
        self.offset_freeze_switch = epics_signal_rw(str, prefix + ".FOFF")
        self.high_limit_switch = epics_signal_r(int, prefix + ".HLS")
        self.low_limit_switch = epics_signal_r(int, prefix + ".LLS")
        self.set_use_switch = epics_signal_rw(str, prefix + ".SET")
        self.motor_stop = epics_signal_w(int, prefix + ".STOP")
        self.home_forward = epics_signal_rw(int, prefix + ".HOMF")
        self.home_reverse = epics_signal_rw(int, prefix + ".HOMR")
        super().__init__(name=name)

    def set_name(self, name, *, child_name_separator=None):
        super().set_name(name)
        self.user_readback.set_name(name)

    def set(self, new_position, timeout=None, **kw):
        async def move():
            low, high = await self.low_limit_travel.get_value(), await self.high_limit_travel.get_value()
            if low < high and not low <= new_position <= high:
                raise MotorLimitsException(f"{new_position} is outside {low}..{high}")
            await self.user_setpoint.set(new_position)
        return WatchableAsyncStatus(move())

    async def locate(self):
        return {"setpoint": await self.user_setpoint.get_value(), "readback": await self.user_readback.get_value()}

    async def stop(self, success=False):
        await self.motor_stop.set(1)

    async def set_current_position(self, pos):
        await self.set_use_switch.set("Set")
        await self.user_setpoint.set(pos)
        await self.set_use_switch.set("Use")

    def prepare(self, value):
        return AsyncStatus(asyncio.sleep(0))
