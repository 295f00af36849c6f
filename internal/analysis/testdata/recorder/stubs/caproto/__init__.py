"""caproto, recording: the data types and what the clients share."""

import enum

import _recording as rec

__version__ = "1.3.0"


class CaprotoError(Exception):
    """The base of the library's errors."""


class CaprotoTimeoutError(CaprotoError, TimeoutError):
    """No answer in time."""


class ErrorResponseReceived(CaprotoError):
    """A refusal."""


class ChannelType(enum.IntEnum):
    STRING, INT, FLOAT, ENUM, CHAR, LONG, DOUBLE = range(7)
    TIME_DOUBLE = 20
    CTRL_DOUBLE = 34
    PUT_ACKT = 35
    PUT_ACKS = 36


class AccessRights(enum.IntFlag):
    NO_ACCESS, READ, WRITE = 0, 1, 2


class SubscriptionType(enum.IntFlag):
    DBE_VALUE, DBE_LOG, DBE_ALARM, DBE_PROPERTY = 1, 2, 4, 8


class AlarmSeverity(enum.IntEnum):
    NO_ALARM, MINOR_ALARM, MAJOR_ALARM, INVALID_ALARM = range(4)


class AlarmStatus(enum.IntEnum):
    NO_ALARM, READ, WRITE, HIHI, HIGH, LOLO, LOW, STATE = range(8)


class _Metadata:
    timestamp, status, severity, units, precision = 0.0, AlarmStatus.NO_ALARM, AlarmSeverity.NO_ALARM, b"mm", 3


class _Status:
    success, name, code = 1, "ECA_NORMAL", 1


class ReadNotifyResponse:
    """An answer with data."""

    def __init__(self, value):
        value = rec.number(value)
        self.data = rec.array(list(value) if isinstance(value, (list, tuple)) or hasattr(value, "tolist") and getattr(value, "ndim", 0) else [value if not isinstance(value, str) else value.encode()])
        self.data_count, self.data_type, self.metadata, self.status = len(self.data), ChannelType.DOUBLE, _Metadata(), _Status()


class EventAddResponse(ReadNotifyResponse):
    """A monitor's update."""


class WriteNotifyResponse:
    """An acknowledgement."""

    status, data_type, data_count, ioid = _Status(), ChannelType.DOUBLE, 1, 0


def config_caproto_logging(*a, **kw):
    return None


set_handler = config_caproto_logging


def get_environment_variables():
    return {}


def select_backend(name):
    return None
