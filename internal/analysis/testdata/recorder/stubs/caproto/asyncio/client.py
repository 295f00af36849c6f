"""caproto.asyncio.client, recording."""

import asyncio

import _recording as rec
from caproto import AccessRights, EventAddResponse, ReadNotifyResponse, WriteNotifyResponse


class SharedBroadcaster:
    """Finds channels."""


class Context:
    """Where PVs come from."""

    def __init__(self, broadcaster=None, *, timeout=5, host_name=None, client_name=None):
        self.pvs = {}

    async def __aenter__(self):
        return self

    async def __aexit__(self, *a):
        return None

    async def get_pvs(self, *names, priority=0, connection_state_callback=None, access_rights_callback=None):
        return [self.pvs.setdefault(rec.name(n), PV(n, self)) for n in names]

    async def disconnect(self):
        return None

    def monitor(self, *pv_names, context=None, data_type="time"):
        async def updates():
            for n in pv_names:
                yield "subscription", PV(n, self), EventAddResponse(rec.read(n))
        return updates()


class PV:
    """A channel."""

    def __init__(self, name, context=None):
        self.name, self.context, self.timeout, self.connected = rec.name(name), context, 5, True
        self.access_rights = AccessRights.READ | AccessRights.WRITE

    async def wait_for_connection(self, *, timeout=None):
        return None

    wait_for_search = wait_for_connection

    async def read(self, *, wait=True, callback=None, timeout=None, data_type=None, data_count=None, notify=True):
        await asyncio.sleep(0)
        return ReadNotifyResponse(rec.read(self.name))

    async def write(self, data, *, wait=True, callback=None, timeout=None, notify=None, data_type=None, data_count=None):
        rec.write(self.name, data)
        await asyncio.sleep(0)
        return WriteNotifyResponse() if wait else None

    def subscribe(self, data_type=None, data_count=None, low=0.0, high=0.0, to=0.0, mask=None):
        return Subscription(self)

    async def unsubscribe_all(self):
        return None

    async def go_idle(self):
        return None


class Subscription:
    """A monitor: callbacks, or async for."""

    def __init__(self, pv):
        self.pv, self._callbacks, self._stop = pv, [], None

    def add_callback(self, func, run=False):
        self._callbacks.append(func)
        loop = asyncio.get_running_loop()

        def update(value):
            out = func(self, EventAddResponse(value))
            if asyncio.iscoroutine(out):
                loop.create_task(out)
        rec.watch(self.pv.name, lambda v: loop.call_soon(update, v))
        return len(self._callbacks) - 1

    async def remove_callback(self, token):
        return None

    async def __aiter__(self):
        for _ in range(3):
            yield EventAddResponse(rec.read(self.pv.name))
            await asyncio.sleep(0.1)

    async def clear(self):
        return None
