"""What the clients of p4p share."""

import _recording as rec
from _recording.augmented import augment
from p4p import Value


class RemoteError(RuntimeError):
    """The server's refusal."""


class Disconnected(RuntimeError):
    """No server."""


class Cancelled(RuntimeError):
    """Cancelled."""


class Finished(Disconnected):
    """The end of a subscription."""


class TimeoutError(TimeoutError):  # noqa: A001
    """Too late."""


def one(name):
    return isinstance(name, (str, bytes))


def get_one(name):
    value = rec.read(name)
    if isinstance(value, (dict, Value)):
        value = value.get("value", 0)
    out = augment(name, value)
    out.raw = Value(None, {"value": value, "alarm": Value(None, {"severity": 0, "status": 0, "message": ""}),
                           "timeStamp": Value(None, {"secondsPastEpoch": 1, "nanoseconds": 0}), "display": Value(None, {"units": "mm", "description": ""})})
    return out


def put_one(name, value):
    if callable(value):
        built = Value(None, {"value": None})
        value(built)
        value = built
    if isinstance(value, dict) and "value" in value:
        rec.write(name, value["value"])
    else:
        rec.write(name, value.value if isinstance(value, Value) and "value" in value else value)


def rpc(name, value):
    query = value.todict() if isinstance(value, Value) else value
    rec.write(name, query)
    return Value(None, {"value": 0})
