"""Pseudo positioners, recording."""

import collections
import functools
import time

from .device import Component, Device
from .positioner import PositionerBase, SoftPositioner
from .signal import LimitError
from .status import finished


class PseudoSingle(Device, SoftPositioner):
    """One axis of a pseudo positioner."""

    def __init__(self, prefix="", *, limits=None, egu="", parent=None, name=None, target_initial_position=False, **kw):
        kw.pop("idx", None)
        Device.__init__(self, prefix, name=name, parent=parent, **kw)
        self._limits, self._egu, self._target = tuple(limits) if limits else (0, 0), egu, None
        self._moving = False

    @property
    def position(self):
        return getattr(self.parent.position, self.attr_name)

    target = property(lambda self: self._target)

    def move(self, pos, wait=True, timeout=None, moved_cb=None):
        return self.parent.move_single(self, pos)

    def set(self, pos, **kw):
        return self.move(pos)

    def read(self):
        return {self.name: {"value": self.position, "timestamp": time.time()}}

    def describe(self):
        return {self.name: {"source": f"COMPUTED:{self.name}", "dtype": "number", "shape": []}}

    hints = property(lambda self: {"fields": [self.name]})

    def stop(self, *, success=False):
        return None

    def check_value(self, pos):
        self.parent.check_single(self, pos)


class PseudoPositioner(Device, SoftPositioner):
    """Axes computed from real ones."""

    def __init__(self, prefix="", *, concurrent=True, name=None, egu="", auto_target=True, **kw):
        self._egu, self.settle_time, self._timeout = egu, kw.pop("settle_time", 0), kw.pop("timeout", None)
        for k in ("read_attrs", "configuration_attrs"):
            kw.setdefault(k, None)
        Device.__init__(self, prefix, name=name, **kw)
        parts = {a: getattr(self, a) for a in self.component_names}
        self._pseudo = [p for p in parts.values() if isinstance(p, PseudoSingle)]
        self._real = [p for p in parts.values() if isinstance(p, PositionerBase) and not isinstance(p, PseudoSingle)]
        self.PseudoPosition = collections.namedtuple(type(self).__name__ + "PseudoPos", [p.attr_name for p in self._pseudo])
        self.RealPosition = collections.namedtuple(type(self).__name__ + "RealPos", [p.attr_name for p in self._real])
        self._moving = False

    pseudo_positioners = property(lambda self: tuple(self._pseudo))
    real_positioners = property(lambda self: tuple(self._real))
    real_position = property(lambda self: self.RealPosition(*(r.position or 0 for r in self._real)))
    position = property(lambda self: self.inverse(self.real_position))
    target = property(lambda self: self.position)
    concurrent = sequential = property(lambda self: True)
    limits = property(lambda self: tuple(p.limits for p in self._pseudo))

    def forward(self, pseudo_pos):
        return self.RealPosition(*([0] * len(self._real)))

    def inverse(self, real_pos):
        return self.PseudoPosition(*([0] * len(self._pseudo)))

    def check_value(self, pseudo_pos):
        for p, value in zip(self._pseudo, pseudo_pos):
            low, high = p._limits
            if low < high and not low <= value <= high:
                raise LimitError(f"{p.name}={value} not within limits {p._limits}")
        for r, value in zip(self._real, self.forward(pseudo_pos)):
            r.check_value(value)

    def check_single(self, single, pos):
        self.check_value(self.position._replace(**{single.attr_name: pos}))

    def move_single(self, single, pos):
        return self.move(self.PseudoPosition(*(pos if p is single else (p._target if p._target is not None else p.position) for p in self._pseudo)))

    def to_pseudo_tuple(self, *args, **kw):
        if len(args) == 1 and isinstance(args[0], (tuple, list)):
            return self.PseudoPosition(*args[0])
        if len(args) == len(self._pseudo):
            return self.PseudoPosition(*args)
        return self.position._replace(**dict(zip(self.PseudoPosition._fields, args)), **kw)

    def move(self, *args, wait=True, timeout=None, moved_cb=None, **kw):
        target = self.to_pseudo_tuple(*args, **kw)
        self.check_value(target)
        for p, value in zip(self._pseudo, target):
            p._target = value
        for r, value in zip(self._real, self.forward(target)):
            r.move(value, wait=False)
        return finished(obj=self)

    def set(self, *args, timeout=None, moved_cb=None, wait=False, **kw):
        return self.move(*args, **kw)

    def stop(self, *, success=False):
        for r in self._real:
            r.stop(success=success)


def pseudo_position_argument(method):
    @functools.wraps(method)
    def wrapped(self, *args, **kw):
        if args and isinstance(args[0], self.PseudoPosition):
            return method(self, *args, **kw)
        names = {k: kw.pop(k) for k in list(kw) if k in self.PseudoPosition._fields}
        used = 1 if args and isinstance(args[0], (tuple, list)) else min(len(args), len(self._pseudo))
        return method(self, self.to_pseudo_tuple(*args[:used], **names), *args[used:], **kw)
    return wrapped


def real_position_argument(method):
    @functools.wraps(method)
    def wrapped(self, *args, **kw):
        if args and isinstance(args[0], (tuple, list)):
            return method(self, self.RealPosition(*args[0]), *args[1:], **kw)
        n = len(self._real)
        return method(self, self.RealPosition(*args[:n]), *args[n:], **kw)
    return wrapped
