"""The normative types, as far as scripts use them."""

import time

from p4p import Type, Value
from _recording.augmented import augment


class _NT:
    def __init__(self, *a, **kw):
        self._args = a

    def wrap(self, value, timestamp=None, **kw):
        return Value(None, {"value": value, "timeStamp": Value(None, {"secondsPastEpoch": int(time.time()), "nanoseconds": 0})})

    def unwrap(self, value):
        return augment("", value.value if isinstance(value, Value) else value)

    @classmethod
    def buildType(cls, *a, **kw):
        return Type([("value", "v")])


class NTScalar(_NT):
    """A number, a text, or an array."""

    def __init__(self, valtype="d", extra=(), display=False, control=False, valueAlarm=False, form=False):
        super().__init__()
        self.type = Type([("value", valtype)])


class NTEnum(_NT):
    """A choice."""


class NTNDArray(_NT):
    """An image."""


class NTTable(_NT):
    """Columns."""


class NTMultiChannel(_NT):
    """Many channels."""


class NTURI(_NT):
    """The arguments of a procedure."""

    def __init__(self, args=()):
        self._args = list(args)

    def wrap(self, path, args=(), kws=None, scheme="pva", authority=""):
        query = {a[0]: v for a, v in zip(self._args, args)} | dict(kws or {})
        return Value(None, {"scheme": scheme, "path": path, "query": Value(None, query)})
