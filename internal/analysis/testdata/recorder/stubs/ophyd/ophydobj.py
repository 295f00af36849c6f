"""OphydObject, recording."""

import enum
import logging
import time
import weakref


class Kind(enum.IntFlag):
    omitted, normal, config, hinted = 0, 1, 2, 5


class OphydObject:
    """A named thing that is subscribed to."""

    _default_sub = None
    SUB_VALUE = "value"

    def __init__(self, *, name=None, attr_name="", parent=None, labels=None, kind=None):
        self._name, self._attr_name, self._parent = name or "", attr_name, parent
        self._ophyd_labels_ = set(labels or ())
        self._kind = Kind[kind] if isinstance(kind, str) else kind if kind is not None else Kind.normal
        self._subs, self._next = {}, 0
        self.log = self.control_layer_log = logging.getLogger("ophyd")

    name = property(lambda self: self._name, lambda self, n: setattr(self, "_name", n))
    attr_name = property(lambda self: self._attr_name)
    parent = property(lambda self: self._parent)
    labels = property(lambda self: self._ophyd_labels_)
    event_types = property(lambda self: ("value",))

    @property
    def kind(self):
        return self._kind

    @kind.setter
    def kind(self, k):
        self._kind = Kind[k] if isinstance(k, str) else Kind(k)

    @property
    def dotted_name(self):
        out, one = [], self
        while one.parent is not None:
            out.append(one.attr_name)
            one = one.parent
        return ".".join(reversed(out))

    @property
    def root(self):
        return self if self.parent is None else self.parent.root

    @property
    def connected(self):
        return True

    def wait_for_connection(self, *a, **kw):
        return None

    def destroy(self):
        return None

    def subscribe(self, callback, event_type=None, run=True):
        self._next += 1
        self._subs[self._next] = (callback, event_type or self._default_sub)
        return self._next

    def unsubscribe(self, cid):
        self._subs.pop(cid, None)

    def clear_sub(self, cb, event_type=None):
        for k, (c, _) in list(self._subs.items()):
            if c == cb:
                del self._subs[k]

    def unsubscribe_all(self):
        self._subs.clear()

    def _reset_sub(self, event_type):
        self._subs = {k: v for k, v in self._subs.items() if v[1] != event_type}

    def _run_subs(self, *args, sub_type="value", **kw):
        kw.setdefault("timestamp", time.time())
        kw.setdefault("obj", self)
        for callback, kind in list(self._subs.values()):
            if kind in (None, sub_type):
                callback(*args, sub_type=sub_type, **kw)

    def __repr__(self):
        return f"{type(self).__name__}(name={self.name!r})"


def register_instances_in_weakset(fail_if_late=False):
    return weakref.WeakSet()


def register_instances_keyed_on_name(fail_if_late=False):
    return weakref.WeakValueDictionary()


def select_version(cls, version):
    return cls
