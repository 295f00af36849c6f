"""PVPositioner, recording."""

from .device import Device
from .positioner import PositionerBase
from .signal import EpicsSignal, EpicsSignalRO


class PVPositioner(Device, PositionerBase):
    """A setpoint, a read-back, a done flag, a stop."""

    setpoint = readback = actuate = stop_signal = done = None
    actuate_value, stop_value, done_value, put_complete = 1, 1, 1, False
    _default_sub = "readback"

    def __init__(self, prefix="", *, limits=None, name=None, egu="", **kw):
        settle, timeout = kw.pop("settle_time", 0), kw.pop("timeout", None)
        Device.__init__(self, prefix, name=name, **kw)
        self._limits, self._egu, self.settle_time, self._timeout = limits, egu, settle, timeout
        if type(self) in (PVPositioner, PVPositionerPC, PVPositionerIsClose):
            raise TypeError("PVPositioner must be subclassed with the correct signals set in the class definition.")
        if self.setpoint is None and self.readback is None:
            raise TypeError("PVPositioner requires a setpoint or a readback")
        self._position, self._moving = None, False

    egu = property(lambda self: self._egu)
    position = property(lambda self: (self.readback or self.setpoint).get())
    precision = property(lambda self: 3)
    moving = property(lambda self: self.done is not None and self.done.get() != self.done_value)

    @property
    def limits(self):
        return tuple(self._limits) if self._limits is not None else (self.setpoint.limits if self.setpoint is not None else (0, 0))

    def move(self, position, wait=True, timeout=None, moved_cb=None):
        status = PositionerBase.move(self, position, moved_cb=moved_cb)
        self._setup_move(position)
        if not status.done:
            status.set_finished()
        return status

    def _setup_move(self, position):
        self.setpoint.put(position, wait=True)
        if self.actuate is not None:
            self.actuate.put(self.actuate_value, wait=False)

    def stop(self, *, success=False):
        if self.stop_signal is not None:
            self.stop_signal.put(self.stop_value, wait=False)


class PVPositionerPC(PVPositioner):
    """Done by put completion."""


class PVPositionerIsClose(PVPositioner):
    """Done when close."""

    atol = rtol = None


class PVPositionerDone(PVPositioner):
    """Done at once."""
