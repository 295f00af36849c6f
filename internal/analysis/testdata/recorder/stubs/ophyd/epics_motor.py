"""EpicsMotor, recording."""

import enum

from .device import Component as Cpt
from .device import Device
from .ophydobj import Kind
from .positioner import PositionerBase
from .signal import EpicsSignal, EpicsSignalRO


class HomeEnum(str, enum.Enum):
    forward, reverse = "forward", "reverse"


class EpicsMotor(Device, PositionerBase):
    """The motor record."""

    user_readback = Cpt(EpicsSignalRO, ".RBV", kind="hinted")
    user_setpoint = Cpt(EpicsSignal, ".VAL", limits=True)
    user_offset = Cpt(EpicsSignal, ".OFF", kind="config")
    user_offset_dir = Cpt(EpicsSignal, ".DIR", kind="config")
    offset_freeze_switch = Cpt(EpicsSignal, ".FOFF", kind="omitted")
    set_use_switch = Cpt(EpicsSignal, ".SET", kind="omitted")
    velocity = Cpt(EpicsSignal, ".VELO", kind="config")
    acceleration = Cpt(EpicsSignal, ".ACCL", kind="config")
    motor_egu = Cpt(EpicsSignal, ".EGU", kind="config")
    motor_is_moving = Cpt(EpicsSignalRO, ".MOVN", kind="omitted")
    motor_done_move = Cpt(EpicsSignalRO, ".DMOV", kind="omitted")
    high_limit_switch = Cpt(EpicsSignalRO, ".HLS", kind="omitted")
    low_limit_switch = Cpt(EpicsSignalRO, ".LLS", kind="omitted")
    high_limit_travel = Cpt(EpicsSignal, ".HLM", kind="omitted")
    low_limit_travel = Cpt(EpicsSignal, ".LLM", kind="omitted")
    direction_of_travel = Cpt(EpicsSignal, ".TDIR", kind="omitted")
    motor_stop = Cpt(EpicsSignal, ".STOP", kind="omitted")
    home_forward = Cpt(EpicsSignal, ".HOMF", kind="omitted")
    home_reverse = Cpt(EpicsSignal, ".HOMR", kind="omitted")

    _default_sub = "readback"

    def __init__(self, prefix, *, read_attrs=None, configuration_attrs=None, name=None, parent=None, **kw):
        self.settle_time = kw.pop("settle_time", 0.0)
        self._timeout, self._egu = kw.pop("timeout", None), kw.pop("egu", "")
        Device.__init__(self, prefix, read_attrs=read_attrs, configuration_attrs=configuration_attrs, name=name, parent=parent, **kw)
        self._position, self._moving = None, False
        self.user_readback.name = self.name

    precision = property(lambda self: 3)
    egu = property(lambda self: self.motor_egu.get())
    limits = property(lambda self: self.user_setpoint.limits)
    moving = property(lambda self: bool(self.motor_is_moving.get(use_monitor=False)))
    position = property(lambda self: self.user_readback.get())
    hints = property(lambda self: {"fields": [self.user_readback.name]})

    def stop(self, *, success=False):
        self.motor_stop.put(1, wait=False)

    def move(self, position, wait=True, moved_cb=None, timeout=None, **kw):
        status = PositionerBase.move(self, position, moved_cb=moved_cb)
        self.user_setpoint.put(position, wait=False)
        self._run_subs(sub_type=self.SUB_READBACK, value=position)
        self._done_moving()
        status.set_finished()
        return status

    def subscribe(self, callback, event_type=None, run=True):
        cid = Device.subscribe(self, callback, event_type or self.SUB_READBACK, run)
        if run and event_type in (None, self.SUB_READBACK):
            callback(value=self.user_readback.get(), timestamp=0.0, obj=self, sub_type=self.SUB_READBACK)
        return cid

    def set_current_position(self, pos):
        self.set_use_switch.put(1, wait=True)
        self.user_setpoint.put(pos, wait=True, force=True)
        self.set_use_switch.put(0, wait=True)

    def home(self, direction, wait=True, **kw):
        direction = HomeEnum(direction)
        (self.home_forward if direction == HomeEnum.forward else self.home_reverse).put(1, wait=False)
        status = PositionerBase.move(self, 0)
        status.set_finished()
        return status

    def check_value(self, pos):
        self.user_setpoint.check_value(pos)

    def get_lim(self, flag):
        return self.high_limit_travel.get() if flag > 0 else self.low_limit_travel.get()

    def set_lim(self, low, high):
        self.high_limit_travel.put(high)
        self.low_limit_travel.put(low)

    report = property(lambda self: {"position": self.position, "pv": self.user_readback.pvname})


class MotorBundle(Device):
    """Motors together."""
