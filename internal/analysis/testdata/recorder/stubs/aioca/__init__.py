"""aioca, recording."""

import asyncio
import inspect

import _recording as rec
from _recording.augmented import augment
from _recording.catools import CONSTANTS, CANothing, Info as CAInfo, get_one, one, pairs, put_one

globals().update(CONSTANTS)
__version__ = "2.1"
ca_extra_fields = ("name", "ok")


class ChannelInfo:
    """A channel's state."""


class Subscription:
    """What camonitor returns."""

    def __init__(self, name, callback, index=None):
        self.name, self.dropped_callbacks, self._open = name, 0, True
        self._callback, self._index = callback, index
        loop = asyncio.get_running_loop()
        self._stop = rec.watch(name, lambda value: loop.call_soon(self._update, augment(name, value)))

    def _update(self, value):
        if not self._open:
            return
        out = self._callback(value) if self._index is None else self._callback(value, self._index)
        if inspect.isawaitable(out):
            self._task = asyncio.ensure_future(out)

    def close(self):
        self._open = False
        self._stop()


async def caget(pv, datatype=None, format=0, count=0, timeout=5, throw=True):
    await asyncio.sleep(0)
    if one(pv):
        return get_one(pv)  if datatype is None else get_one(pv, datatype)
    return [get_one(p, datatype) for p in pv]


async def caput(pv, value, datatype=None, wait=False, timeout=5, throw=True, repeat_value=False):
    await asyncio.sleep(0)
    if one(pv):
        return put_one(pv, value)
    return [put_one(p, v) for p, v in pairs(pv, value, repeat_value)]


def camonitor(pv, callback, events=None, datatype=None, format=0, count=0, all_updates=False, notify_disconnect=False, connect_timeout=None):
    if one(pv):
        return Subscription(pv, callback)
    return [Subscription(p, callback, i) for i, p in enumerate(pv)]


async def connect(pv, wait=True, timeout=5, throw=True):
    return CANothing(pv) if one(pv) else [CANothing(p) for p in pv]


async def cainfo(pv, wait=True, timeout=5, throw=True):
    return CAInfo(pv) if one(pv) else [CAInfo(p) for p in pv]


def get_channel_infos():
    return []


def purge_channel_caches():
    return None


def run(coro, forever=False):
    async def main():
        result = await coro
        if forever:
            await asyncio.sleep(1)
        return result
    return asyncio.run(main())
