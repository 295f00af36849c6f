"""The synchronous client, recording."""

import asyncio
import inspect

from . import client, ua  # noqa: F401
from .common import node


def _wrap(out):
    if isinstance(out, node.Node):
        return SyncNode(out)
    if isinstance(out, list):
        return [_wrap(x) for x in out]
    if isinstance(out, client.Subscription):
        return _Sync(out)
    return out


class _Sync:
    def __init__(self, aio_obj):
        self.aio_obj = aio_obj

    def __getattr__(self, name):
        found = getattr(self.aio_obj, name)
        if not callable(found):
            return _wrap(found)

        def call(*args, **kw):
            args = [a.aio_obj if isinstance(a, _Sync) else [x.aio_obj if isinstance(x, _Sync) else x for x in a] if isinstance(a, list) else a for a in args]

            async def run():
                out = found(*args, **kw)
                return await out if inspect.isawaitable(out) else out
            return _wrap(asyncio.run(run()))
        return call

    def __str__(self):
        return str(self.aio_obj)


class SyncNode(_Sync):
    """A node."""


class _Nodes:
    def __init__(self, nodes):
        for k, v in vars(nodes).items():
            setattr(self, k, SyncNode(v))


class Client(_Sync):
    """A client."""

    def __init__(self, url, timeout=4, tloop=None, sync_wrapper_timeout=120):
        super().__init__(client.Client(url))
        self.nodes = _Nodes(self.aio_obj.nodes)

    def __enter__(self):
        return self

    def __exit__(self, *a):
        return None


class ThreadLoop:
    __enter__ = lambda self: self
    __exit__ = lambda self, *a: None


class Server:
    def __init__(self, *a, **kw):
        pass
