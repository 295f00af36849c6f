"""caproto.threading.client, recording."""

import inspect
import threading

import _recording as rec
from caproto import AccessRights, EventAddResponse, ReadNotifyResponse, WriteNotifyResponse


class SharedBroadcaster:
    """Finds channels."""

    def __init__(self, *, registration_retry_time=10.0, **kw):
        pass

    def disconnect(self, *, wait=True):
        return None


class Context:
    """Where PVs come from."""

    def __init__(self, broadcaster=None, *, timeout=5, host_name=None, client_name=None, max_workers=1):
        self.broadcaster, self.timeout, self.pvs = broadcaster, timeout, {}

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.disconnect()

    def get_pvs(self, *names, priority=0, connection_state_callback=None, access_rights_callback=None, timeout=5):
        out = [self.pvs.setdefault(rec.name(n), PV(n, self)) for n in names]
        for pv in out:
            if connection_state_callback:
                connection_state_callback(pv, "connected")
        return out

    def disconnect(self, *, wait=True):
        return None


class PV:
    """A channel."""

    def __init__(self, name, context=None, *a, **kw):
        self.name, self.context, self.timeout, self.connected = rec.name(name), context, 5, True
        self.access_rights, self.priority = AccessRights.READ | AccessRights.WRITE, 0

    def wait_for_connection(self, *, timeout=None):
        return None

    wait_for_search = wait_for_connection

    def read(self, *, wait=True, callback=None, timeout=None, data_type=None, data_count=None, notify=True):
        response = ReadNotifyResponse(rec.read(self.name))
        if callback:
            callback(response)
        return response if wait else None

    def write(self, data, *, wait=True, callback=None, timeout=None, notify=None, data_type=None, data_count=None):
        rec.write(self.name, data)
        if callback:
            callback(WriteNotifyResponse())
        return WriteNotifyResponse() if wait else None

    def subscribe(self, data_type=None, data_count=None, low=0.0, high=0.0, to=0.0, mask=None):
        return Subscription(self)

    def unsubscribe_all(self):
        return None

    def go_idle(self):
        return None

    def time_since_last_heard(self, timeout=None):
        return 0.0

    def __repr__(self):
        return f"<PV name='{self.name}' connected>"


class Subscription:
    """A monitor."""

    def __init__(self, pv):
        self.pv, self._callbacks, self._stop = pv, {}, None

    def add_callback(self, func, run=False):
        self._callbacks[len(self._callbacks)] = func
        if self._stop is None:
            self._stop = rec.watch(self.pv.name, lambda v: self.process(EventAddResponse(v)), first=False)
        self._call(func, EventAddResponse(rec.peek(self.pv.name)))
        return len(self._callbacks) - 1

    def _call(self, func, response):
        parameters = inspect.signature(func).parameters.values()
        takes = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty]
        many = any(p.kind == p.VAR_POSITIONAL for p in parameters)
        func(self, response) if many or len(takes) >= 2 else func(response)

    def process(self, response):
        for f in list(self._callbacks.values()):
            self._call(f, response)

    def remove_callback(self, token):
        self._callbacks.pop(token, None)

    def clear(self):
        self._callbacks.clear()


class Batch:
    """Reads and writes that are sent together, at the end of the with statement."""

    def __init__(self, timeout=5):
        self._acts = []

    def __enter__(self):
        return self

    def __exit__(self, *a):
        for act in self._acts:
            act()

    def read(self, pv, callback, data_type=None, data_count=None):
        self._acts.append(lambda: callback(ReadNotifyResponse(rec.read(pv.name))))

    def write(self, pv, data, callback=None, data_type=None, data_count=None):
        def act():
            rec.write(pv.name, data)
            if callback:
                callback(WriteNotifyResponse())
        self._acts.append(act)
