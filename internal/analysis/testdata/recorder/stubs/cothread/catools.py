"""cothread.catools, recording."""

import _recording as rec
from _recording.augmented import augment
from _recording.catools import CONSTANTS, Info, get_one, one, pairs, put_one
from _recording.catools import CANothing as ca_nothing

globals().update(CONSTANTS)


class _Subscription:
    def __init__(self, name, callback, index=None):
        self.name = name
        self._stop = rec.watch(name, lambda value: callback(augment(name, value)) if index is None else callback(augment(name, value), index))

    def close(self):
        self._stop()


def caget(pvs, timeout=5, datatype=None, format=0, count=0, throw=True):
    return get_one(pvs, datatype) if one(pvs) else [get_one(p, datatype) for p in pvs]


def caput(pvs, values, repeat_value=False, datatype=None, wait=False, callback=None, timeout=5, throw=True):
    if one(pvs):
        return put_one(pvs, values, callback=callback)
    return [put_one(p, v, callback=callback) for p, v in pairs(pvs, values, repeat_value)]


def camonitor(pvs, callback, events=None, datatype=None, format=0, count=0, all_updates=False, notify_disconnect=False, connect_timeout=None):
    if one(pvs):
        return _Subscription(pvs, callback)
    return [_Subscription(p, callback, i) for i, p in enumerate(pvs)]


def connect(pvs, cainfo=False, wait=True, timeout=5, throw=True):
    make = Info if cainfo else ca_nothing
    return make(pvs) if one(pvs) else [make(p) for p in pvs]


def cainfo(pvs, **kw):
    return connect(pvs, cainfo=True)
