"""caproto.sync.client, recording."""

import _recording as rec
from caproto import EventAddResponse, ReadNotifyResponse, WriteNotifyResponse


def read(pv_name, *, data_type=None, data_count=None, timeout=1, priority=0, notify=True, force_int_enums=False, repeater=True, **kw):
    return ReadNotifyResponse(rec.read(pv_name))


def write(pv_name, data, *, notify=False, data_type=None, metadata=None, timeout=1, priority=0, repeater=True):
    rec.write(pv_name, data)
    return WriteNotifyResponse() if notify else None


def read_write_read(pv_name, data, *, notify=False, read_data_type=None, write_data_type=None, metadata=None, timeout=1, priority=0, repeater=True):
    initial = read(pv_name)
    res = write(pv_name, data, notify=notify)
    return initial, res, read(pv_name)


class Subscription:
    """A monitor."""

    def __init__(self, pv_name, priority=0, data_type=None, data_count=None, low=0.0, high=0.0, to=0.0, mask=None):
        self.pv_name, self._callbacks = pv_name, {}

    def add_callback(self, func):
        self._callbacks[len(self._callbacks)] = func
        return len(self._callbacks) - 1

    def remove_callback(self, cb_id):
        self._callbacks.pop(cb_id, None)

    def block(self, duration=None, timeout=1, force_int_enums=False, repeater=True):
        block(self)

    def interrupt(self):
        return None

    def clear(self):
        self._callbacks.clear()

    def process(self, response):
        for f in list(self._callbacks.values()):
            f(self, response)


def subscribe(pv_name, priority=0, data_type=None, data_count=None, low=0.0, high=0.0, to=0.0, mask=None):
    return Subscription(pv_name)


def block(*subscriptions, duration=None, timeout=1, force_int_enums=False, repeater=True):
    for s in subscriptions:
        s.process(EventAddResponse(rec.read(s.pv_name)))


def interrupt():
    return None
