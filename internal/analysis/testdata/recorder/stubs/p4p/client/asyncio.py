"""p4p.client.asyncio, recording."""

import asyncio
import functools

import _recording as rec

from ._common import Cancelled, Disconnected, Finished, RemoteError, TimeoutError, get_one, one, put_one, rpc  # noqa: F401, A004


def timesout(deftimeout=5.0):
    def decorate(fn):
        @functools.wraps(fn)
        async def wrapper(*args, timeout=deftimeout, **kw):
            return await asyncio.wait_for(fn(*args, **kw), timeout)
        return wrapper
    return decorate


class Subscription:
    """A monitor with an async callback."""

    def __init__(self, name, cb):
        loop, self.closed = asyncio.get_running_loop(), False
        self._stop = rec.watch(name, lambda v: loop.create_task(cb(get_one(name))))

    def close(self):
        self.closed = True
        self._stop()

    async def wait_closed(self):
        return None

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *a):
        self.close()


class Context:
    """A client."""

    def __init__(self, provider="pva", conf=None, useenv=True, nt=None, unwrap=None):
        self.name = provider

    def __enter__(self):
        return self

    def __exit__(self, *a):
        return None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *a):
        return None

    def close(self):
        return None

    def disconnect(self, name=None):
        return None

    async def get(self, name, request=None, timeout=5.0):
        await asyncio.sleep(0)
        return get_one(name) if one(name) else [get_one(n) for n in name]

    async def put(self, name, values, request=None, process=None, wait=None, get=True, timeout=5.0):
        await asyncio.sleep(0)
        if one(name):
            return put_one(name, values)
        return [put_one(n, v) for n, v in zip(name, values, strict=True)]

    async def rpc(self, name, value, request=None, timeout=5.0):
        await asyncio.sleep(0)
        return rpc(name, value)

    def monitor(self, name, cb, request=None, notify_disconnect=False):
        return Subscription(name, cb)
