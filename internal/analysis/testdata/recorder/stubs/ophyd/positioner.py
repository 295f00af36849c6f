"""Positioners, recording."""

from .device import Device
from .ophydobj import Kind, OphydObject
from .status import MoveStatus


class PositionerBase(OphydObject):
    """Something that has a position."""

    SUB_START, SUB_DONE, SUB_READBACK, _SUB_REQ_DONE, _default_sub = "start_moving", "done_moving", "readback", "_req_done", "readback"

    def __init__(self, *, name=None, parent=None, settle_time=0.0, timeout=None, egu="", **kw):
        super().__init__(name=name, parent=parent, **kw)
        self._position, self._egu, self.settle_time, self._timeout = None, egu, settle_time, timeout
        self._moving = False

    egu = property(lambda self: self._egu)
    limits = property(lambda self: (0, 0))
    low_limit = property(lambda self: self.limits[0])
    high_limit = property(lambda self: self.limits[1])
    timeout = property(lambda self: self._timeout, lambda self, t: setattr(self, "_timeout", t))
    position = property(lambda self: self._position)
    moving = property(lambda self: self._moving)

    def move(self, position, moved_cb=None, timeout=None):
        self.check_value(position)
        status = MoveStatus(self, position)
        if moved_cb:
            status.add_callback(lambda s: moved_cb(obj=self))
        return status

    def set(self, new_position, *, timeout=None, moved_cb=None, wait=False):
        return self.move(new_position, wait=wait, moved_cb=moved_cb, timeout=timeout)

    def check_value(self, value):
        low, high = self.limits
        if low < high and not low <= value <= high:
            from .signal import LimitError
            raise LimitError(f"position={value} not within limits {self.limits}")

    def stop(self, *, success=False):
        return None

    def _set_position(self, value, **kw):
        self._position = value
        self._run_subs(sub_type=self.SUB_READBACK, value=value, **kw)

    def _done_moving(self, success=True, timestamp=None, value=None, **kw):
        self._moving = False
        self._run_subs(sub_type=self.SUB_DONE, success=success)

    def _reset_sub(self, *a):
        return None


class SoftPositioner(PositionerBase):
    """A position in the process."""

    def __init__(self, *, egu="", limits=None, source="computed", init_pos=None, **kw):
        super().__init__(egu=egu, **kw)
        self._limits, self._position = limits or (0, 0), init_pos

    limits = property(lambda self: self._limits)

    def move(self, position, wait=True, timeout=None, moved_cb=None):
        status = PositionerBase.move(self, position, moved_cb=moved_cb)
        self._set_position(position)
        self._setup_move(position, status)
        if not status.done:
            status.set_finished()
        return status

    def _setup_move(self, position, status):
        return None

    def read(self):
        import time
        return {self.name: {"value": self.position, "timestamp": time.time()}}

    def describe(self):
        return {self.name: {"source": "computed", "dtype": "number", "shape": []}}

    read_configuration = describe_configuration = lambda self: {}
    hints = property(lambda self: {"fields": [self.name]})
