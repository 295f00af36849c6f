"""The interface that aioca and cothread.catools share."""

import _recording as rec
from _recording.augmented import augment

CONSTANTS = dict(DBE_VALUE=1, DBE_LOG=2, DBE_ALARM=4, DBE_PROPERTY=8, DBR_STRING=0, DBR_SHORT=1, DBR_INT=1, DBR_FLOAT=2, DBR_ENUM=3, DBR_CHAR=4,
                 DBR_LONG=5, DBR_DOUBLE=6, DBR_PUT_ACKT=35, DBR_PUT_ACKS=36, DBR_STSACK_STRING=37, DBR_CLASS_NAME=38, DBR_CHAR_STR=999,
                 DBR_CHAR_UNICODE=998, DBR_ENUM_STR=997, DBR_CHAR_BYTES=996, FORMAT_RAW=0, FORMAT_TIME=1, FORMAT_CTRL=2,
                 ECA_NORMAL=1, ECA_TIMEOUT=80, ECA_DISCONN=192)


class CANothing(Exception):
    """What is returned or thrown where there is no value."""

    def __init__(self, name, errorcode=1):
        super().__init__(name, errorcode)
        self.name, self.errorcode, self.ok = name, errorcode, errorcode == 1

    def __bool__(self):
        return self.ok


class Info:
    """What connect(cainfo=True) and cainfo return."""

    def __init__(self, name):
        self.ok, self.name, self.state, self.host, self.read, self.write, self.count, self.datatype = True, name, 2, "ioc:5064", True, True, 1, 6


def one(pv):
    """Whether pv is one channel and not many."""
    return isinstance(pv, (str, bytes))


def get_one(pv, datatype=None, format=0, count=0, timeout=5):
    """One read."""
    value = rec.read(pv)
    if datatype in (0, 998, 999, 997) or datatype is str:
        value = rec.text(value)
        out = augment(pv, "")
        text = type(out)(value)
        text.__dict__.update(out.__dict__)
        return text
    return augment(pv, value)


def put_one(pv, value, datatype=None, wait=False, timeout=5, callback=None):
    """One write."""
    rec.write(pv, value)
    if callback:
        callback(CANothing(pv))
    return CANothing(pv)


def pairs(pvs, values, repeat_value):
    """Channels with their values: a sequence as long as the channels is spread, anything else is repeated."""
    pvs = list(pvs)
    if repeat_value or isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        return [(p, values) for p in pvs]
    if len(values) != len(pvs):
        raise ValueError("PV and value lists must match in length")
    return list(zip(pvs, values))
