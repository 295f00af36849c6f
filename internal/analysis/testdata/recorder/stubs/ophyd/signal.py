"""Signals, recording."""

import time

import _recording as rec

from .ophydobj import Kind, OphydObject
from .status import Status, StatusBase, finished


class ReadOnlyError(Exception):
    """A signal that cannot be written."""


class LimitError(ValueError):
    """Outside the limits."""


class ReadTimeoutError(TimeoutError):
    """No value."""


class ConnectionTimeoutError(TimeoutError):
    """No connection."""


class Signal(OphydObject):
    """A value in the process."""

    SUB_VALUE, SUB_META, _default_sub = "value", "meta", "value"

    def __init__(self, *, name="", value=0.0, dtype=None, shape=None, timestamp=None, parent=None, labels=None, kind=Kind.hinted,
                 tolerance=None, rtol=None, metadata=None, cl=None, attr_name="", **kw):
        super().__init__(name=name, parent=parent, labels=labels, kind=kind, attr_name=attr_name)
        if kw:
            raise TypeError(f"__init__() got an unexpected keyword argument {next(iter(kw))!r}")
        self._readback, self._tolerance, self._rtol = value, tolerance, rtol
        self._metadata = dict(metadata or {}) | {"connected": True, "read_access": True, "write_access": True}

    tolerance = property(lambda self: self._tolerance, lambda self, t: setattr(self, "_tolerance", t))
    rtol = property(lambda self: self._rtol, lambda self, t: setattr(self, "_rtol", t))
    timestamp = property(lambda self: time.time())
    metadata = property(lambda self: dict(self._metadata))
    read_access = property(lambda self: True)
    write_access = property(lambda self: True)
    limits = property(lambda self: (0, 0))
    low_limit = property(lambda self: self.limits[0])
    high_limit = property(lambda self: self.limits[1])
    hints = property(lambda self: {"fields": [self.name]} if self.kind & Kind.normal else {})

    def get(self, **kw):
        return self._readback

    def put(self, value, *, timestamp=None, force=False, metadata=None, **kw):
        self.check_value(value)
        old, self._readback = self._readback, value
        self._run_subs(value=value, old_value=old)

    def set(self, value, *, timeout=None, settle_time=None, **kw):
        self.put(value, **kw)
        return finished(obj=self)

    def set_and_wait(self, value, timeout=None):
        self.put(value)

    def trigger(self):
        return finished(obj=self)

    def check_value(self, value, **kw):
        return None

    def subscribe(self, callback, event_type=None, run=True):
        cid = super().subscribe(callback, event_type, run)
        if run and (event_type or "value") in ("value", "readback", "setpoint"):
            value = self._present()
            callback(value=value, old_value=value, timestamp=time.time(), obj=self, sub_type=event_type or "value")
        return cid

    def _present(self):
        return self._readback

    @property
    def value(self):
        return self.get()

    @value.setter
    def value(self, v):
        self.put(v)

    def read(self):
        return {self.name: {"value": self.get(), "timestamp": time.time()}}

    def describe(self):
        return {self.name: {"source": f"SIM:{self.name}", "dtype": "number", "shape": [], "units": "mm"}}

    def read_configuration(self):
        return self.read()

    describe_configuration = describe

    def __repr__(self):
        return f"{type(self).__name__}(name={self.name!r})"


class SignalRO(Signal):
    """Read only."""

    def put(self, value, **kw):
        raise ReadOnlyError(f"The signal {self.name} is readonly.")

    set = put
    write_access = property(lambda self: False)


class InternalSignal(SignalRO):
    """Written only by its device."""

    def put(self, value, *, internal=False, **kw):
        if not internal:
            raise ReadOnlyError(self.name)
        Signal.put(self, value)

    def set(self, value, *, internal=False, **kw):
        self.put(value, internal=internal)
        return finished(obj=self)


class DerivedSignal(Signal):
    """A signal computed from another."""

    def __init__(self, derived_from, *, write_access=None, name=None, parent=None, **kw):
        super().__init__(name=name, parent=parent, **kw)
        if isinstance(derived_from, str):
            for part in derived_from.split("."):
                parent = getattr(parent, part)
            derived_from = parent
        self._derived_from = derived_from

    derived_from = property(lambda self: self._derived_from)

    def forward(self, value):
        return value

    def inverse(self, value):
        return value

    def get(self, **kw):
        return self.inverse(self._derived_from.get(**kw))

    def put(self, value, **kw):
        return self._derived_from.put(self.forward(value), **kw)

    def _present(self):
        return self.get()


class AttributeSignal(Signal):
    """An attribute of the device as a signal."""

    def __init__(self, attr, *, name=None, parent=None, write_access=True, **kw):
        super().__init__(name=name, parent=parent, **kw)
        self.attr, self._writable = attr, write_access

    def _owner(self):
        one, *path = [self.parent, *self.attr.split(".")]
        for part in path[:-1]:
            one = getattr(one, part)
        return one, path[-1]

    def get(self, **kw):
        return getattr(*self._owner())

    def put(self, value, **kw):
        if not self._writable:
            raise ReadOnlyError(self.name)
        setattr(*self._owner(), value)

    def _present(self):
        return self.get()


class EpicsSignalBase(Signal):
    """A signal over channels."""

    SUB_SETPOINT = "setpoint"

    def __init__(self, read_pv, *, string=False, auto_monitor=None, name=None, metadata=None, all_pvs=None, timeout=None, write_timeout=None,
                 connection_timeout=None, **kw):
        self._read_name = self._write_name = rec.name(read_pv)
        self._string, self._watching = string, False
        super().__init__(name=name or (read_pv if name is None else ""), **kw)

    pvname = property(lambda self: self._read_name)
    precision = property(lambda self: 3)
    enum_strs = property(lambda self: ("Off", "On"))
    alarm_status = property(lambda self: 0)
    alarm_severity = property(lambda self: 0)

    def get(self, *, as_string=None, timeout=None, connection_timeout=None, use_monitor=None, form=None, count=None, **kw):
        return self._shape(rec.read(self._read_name), as_string)

    def _shape(self, value, as_string=None):
        if as_string or (as_string is None and self._string):
            return rec.text(value)
        return rec.array(rec.number(value))

    def _present(self):
        return self._shape(rec.peek(self._read_name))

    def subscribe(self, callback, event_type=None, run=True):
        if not self._watching:
            self._watching = True
            rec.watch(self._read_name, lambda v: self._run_subs(value=self._shape(v), old_value=None), first=False)
        return super().subscribe(callback, event_type, run)

    def put(self, *a, **kw):
        raise ReadOnlyError(self.name)

    def set(self, *a, **kw):
        raise ReadOnlyError(self.name)

    def describe(self):
        value = self._present()
        return {self.name: {"source": f"PV:{self._read_name}", "dtype": "string" if isinstance(value, str) else "array" if hasattr(value, "shape") and value.shape else "number",
                            "shape": list(getattr(value, "shape", [])), "units": "mm", "lower_ctrl_limit": 0.0, "upper_ctrl_limit": 0.0, "precision": 3}}


class EpicsSignalRO(EpicsSignalBase):
    """A channel that is only read."""

    def __init__(self, read_pv, *, string=False, name=None, **kw):
        super().__init__(read_pv, string=string, name=name, **kw)

    write_access = property(lambda self: False)


class EpicsSignal(EpicsSignalBase):
    """A channel, and where another is written, that one."""

    def __init__(self, read_pv, write_pv=None, *, put_complete=False, string=False, limits=False, name=None, **kw):
        super().__init__(read_pv, string=string, name=name, **kw)
        self._write_name = rec.name(write_pv) if write_pv is not None else self._read_name
        self._use_limits, self._put_complete = bool(limits), put_complete

    setpoint_pvname = property(lambda self: self._write_name)

    @property
    def setpoint(self):
        return self.get_setpoint()

    @setpoint.setter
    def setpoint(self, value):
        self.put(value)

    def get_setpoint(self, **kw):
        return self._shape(rec.read(self._write_name))

    def put(self, value, force=False, connection_timeout=1.0, callback=None, use_complete=None, timeout=10.0, wait=None, **kw):
        rec.write(self._write_name, value)
        if callback:
            callback()
        self._run_subs(sub_type="setpoint", value=value, old_value=None)

    def set(self, value, *, timeout=None, settle_time=None):
        self.put(value)
        return finished(obj=self)

    @property
    def limits(self):
        return (-1000.0, 1000.0) if self._use_limits else (0, 0)

    def check_value(self, value):
        low, high = self.limits
        if low < high and not low <= value <= high:
            raise LimitError(f"{self.name}: value {value} outside of range {self.limits}")


class EpicsSignalNoValidation(EpicsSignal):
    """Without waiting for a read-back."""


class EpicsSignalWithRBV(EpicsSignal):
    """NAME is written, NAME_RBV read."""

    def __init__(self, prefix, **kw):
        super().__init__(prefix + "_RBV", write_pv=prefix, **kw)


class ArrayAttributeSignal(AttributeSignal):
    """An array attribute."""
