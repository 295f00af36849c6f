"""p4p.client.thread, recording."""

import _recording as rec

from ._common import Cancelled, Disconnected, Finished, RemoteError, TimeoutError, get_one, one, put_one, rpc  # noqa: F401, A004


class Subscription:
    """A monitor."""

    def __init__(self, name, cb):
        self.name, self.done, self.empty = name, False, False
        self._stop = rec.watch(name, lambda v: cb(get_one(name)))

    def close(self):
        self.done = True
        self._stop()

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()


class Context:
    """A client."""

    def __init__(self, provider="pva", conf=None, useenv=True, nt=None, unwrap=None, maxsize=0, queue=None, workers=4):
        if provider not in ("pva", "ca", "client", "server"):
            raise LookupError(f"no provider {provider!r}")
        self.name, self.nt = provider, nt

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()

    def close(self):
        return None

    def disconnect(self, name=None):
        return None

    def get(self, name, request=None, timeout=5.0, throw=True):
        return self._get(name) if one(name) else [self._get(n) for n in name]

    def _get(self, name):
        value = get_one(name)
        return value.raw if self.nt is False else value

    def put(self, name, values, request=None, timeout=5.0, throw=True, process=None, wait=None, get=True):
        if one(name):
            return put_one(name, values)
        if len(name) != len(values):
            raise ValueError("name and values must have the same length")
        return [put_one(n, v) for n, v in zip(name, values)]

    def rpc(self, name, value, request=None, timeout=5.0, throw=True):
        return rpc(name, value)

    def monitor(self, name, cb, request=None, notify_disconnect=False, queue=None):
        return Subscription(name, cb)

    @staticmethod
    def providers():
        return ["pva", "ca"]

    @staticmethod
    def set_debug(lvl):
        return None
