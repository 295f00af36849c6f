"""ophyd_async.core, recording."""

import asyncio
import contextlib
import enum
import functools
import inspect
import sys
import time
import typing
from dataclasses import dataclass

import _recording as rec
from _recording import loop as _loop

DEFAULT_TIMEOUT = 10.0
CALCULATE_TIMEOUT = "CALCULATE_TIMEOUT"
T = typing.TypeVar("T")
Array1D = typing.Annotated[list, "array"] if False else type("Array1D", (), {"__class_getitem__": classmethod(lambda cls, item: cls)})


class StrictEnum(str, enum.Enum):
    """All choices."""


class SubsetEnum(str, enum.Enum):
    """Some choices."""


SupersetEnum = SubsetEnum


class OnOff(StrictEnum):
    ON, OFF = "On", "Off"


class EnableDisable(StrictEnum):
    ENABLE, DISABLE = "Enable", "Disable"


class InOut(StrictEnum):
    IN, OUT = "In", "Out"


class YesNo(StrictEnum):
    YES, NO = "Yes", "No"


class NotConnected(Exception):
    """No connection."""


NotConnectedError = NotConnected


class AsyncStatus:
    """Something that is awaited."""

    def __init__(self, awaitable, name=None):
        self.task = asyncio.ensure_future(awaitable)
        self._callbacks = []

    def __await__(self):
        return self.task.__await__()

    done = property(lambda self: self.task.done())
    success = property(lambda self: self.task.done() and not self.task.cancelled() and self.task.exception() is None)

    def exception(self, timeout=0.0):
        return self.task.exception() if self.task.done() else None

    def add_callback(self, callback):
        self.task.add_done_callback(lambda _: callback(self))

    def watch(self, watcher):
        return None

    @classmethod
    def wrap(cls, f):
        @functools.wraps(f)
        def wrapped(*args, **kw):
            return cls(_last(f(*args, **kw)))
        return wrapped


async def _last(out):
    if hasattr(out, "__aiter__"):
        async for _ in out:
            pass
        return None
    return await out


class WatchableAsyncStatus(AsyncStatus):
    """With progress."""


@dataclass
class WatcherUpdate:
    current: typing.Any = None
    initial: typing.Any = None
    target: typing.Any = None
    name: typing.Any = None
    unit: typing.Any = None
    precision: typing.Any = None
    fraction: typing.Any = None
    time_elapsed: typing.Any = None
    time_remaining: typing.Any = None


async def completed():
    return None


def completed_status(exception=None):
    return AsyncStatus(completed())


class DeviceConnector:
    """How children come about."""


class Device:
    """Children and a name."""

    parent = None
    _name = ""

    def __init__(self, name="", connector=None):
        self._fill()
        if name:
            self.set_name(name)

    def _fill(self, prefix="", make=None):
        for attr, hint in _hints(type(self)).items():
            if attr in self.__dict__ or make is None:
                continue
            made = make(attr, hint, prefix)
            if made is not None:
                setattr(self, attr, made)

    @property
    def name(self):
        return self._name

    def children(self):
        for attr, one in self.__dict__.items():
            if attr not in ("parent", "_parent") and isinstance(one, Device):
                yield attr, one

    def set_name(self, name, *, child_name_separator=None):
        object.__setattr__(self, "_name", name)
        for attr, one in self.children():
            one.set_name(f"{name}-{attr.strip('_')}" if name else "")

    def __setattr__(self, attr, value):
        if attr != "parent" and isinstance(value, Device) and value.parent is None:
            object.__setattr__(value, "parent", self)
        object.__setattr__(self, attr, value)

    async def connect(self, mock=False, timeout=10.0, force_reconnect=False):
        for _, one in self.children():
            await one.connect(mock=mock, timeout=timeout)

    def log(self):
        return None


def _hints(cls):
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except Exception:
        return {}


class DeviceVector(Device, dict):
    """Children by number."""

    def __init__(self, children=None, name=""):
        dict.__init__(self, children or {})
        Device.__init__(self, name)

    def __class_getitem__(cls, item):
        return cls

    def children(self):
        for k, one in dict.items(self):
            yield str(k), one

    __hash__ = object.__hash__


class _Value:
    def __init__(self, datatype, initial):
        self.datatype, self.value = datatype, _initial(datatype) if initial is None else initial


def _initial(datatype):
    if isinstance(datatype, type) and issubclass(datatype, enum.Enum):
        return next(iter(datatype))
    return {float: 0.0, int: 0, bool: False, str: ""}.get(datatype)


class Signal(Device):
    """One value: a channel's, or its own."""

    def __init__(self, read=None, write=None, datatype=None, initial=None, name="", **kw):
        self._read, self._write, self._soft, self._mock = read, write, _Value(datatype, initial), read is None and write is None
        self._watchers = []
        super().__init__(name)

    def __class_getitem__(cls, item):
        return cls

    source = property(lambda self: f"ca://{self._read or self._write}" if self._read or self._write else f"soft://{self.name}")

    async def connect(self, mock=False, timeout=10.0, force_reconnect=False):
        if mock:
            self._mock = True

    def _present(self, record=True):
        if self._mock:
            return self._soft.value
        value = (rec.read if record else rec.peek)(self._read)
        return _typed(self._soft.datatype, value)

    def _put(self, value):
        if self._mock:
            self._soft.value = value
        else:
            rec.write(self._write, value)
        for w in list(self._watchers):
            w()


def _typed(datatype, value):
    value = rec.number(value)
    if isinstance(datatype, type) and issubclass(datatype, enum.Enum):
        try:
            return datatype(rec.text(value))
        except ValueError:
            members = list(datatype)
            return members[int(value) % len(members)] if isinstance(value, (int, float)) else members[0]
    if datatype is str:
        return rec.text(value)
    if datatype in (int, float, bool) and isinstance(value, (int, float)):
        return datatype(value)
    return rec.array(value)


class SignalR(Signal):
    """Read."""

    async def get_value(self, cached=None):
        await asyncio.sleep(0)
        return self._present()

    async def read(self, cached=None):
        return {self.name: {"value": await self.get_value(), "timestamp": time.time(), "alarm_severity": 0}}

    async def describe(self):
        return {self.name: {"source": self.source, "dtype": "number", "shape": []}}

    def subscribe_value(self, function):
        self._watch(function, lambda: self._present(False))

    def subscribe(self, function):
        self._watch(function, lambda: {self.name: {"value": self._present(False), "timestamp": time.time()}})

    subscribe_reading = subscribe

    def _watch(self, function, value):
        loop = asyncio.get_running_loop()
        update = lambda *_: loop.call_soon(lambda: function(value()))  # noqa: E731
        if self._mock:
            self._watchers.append(update)
            update()
        else:
            rec.watch(self._read, update)

    def clear_sub(self, function):
        return None

    hints = property(lambda self: {"fields": [self.name]})

    def stage(self):
        return completed_status()

    unstage = stage


class SignalW(Signal):
    """Written."""

    def set(self, value, wait=True, timeout=CALCULATE_TIMEOUT):
        async def put():
            self._put(value)
            await asyncio.sleep(0)
        return AsyncStatus(put())


class SignalRW(SignalR, SignalW):
    """Both."""

    async def locate(self):
        value = await self.get_value()
        return {"setpoint": value, "readback": value}


class SignalX(Signal):
    """A button."""

    def trigger(self, wait=True, timeout=CALCULATE_TIMEOUT):
        async def put():
            self._put("")
            await asyncio.sleep(0)
        return AsyncStatus(put())


Command = SignalX


def soft_signal_rw(datatype=float, initial_value=None, name="", units=None, precision=None):
    return SignalRW(datatype=datatype, initial=initial_value, name=name)


def soft_signal_r_and_setter(datatype=float, initial_value=None, name="", units=None, precision=None):
    signal = SignalR(datatype=datatype, initial=initial_value, name=name)
    return signal, signal._put


async def observe_value(signal, timeout=None, done_status=None, done_timeout=None):
    last = object()
    for _ in range(5):
        value = await signal.get_value()
        if value is not last:
            last = value
        yield value
        await asyncio.sleep(0.1)


async def observe_signals_value(*signals, timeout=None, done_status=None, done_timeout=None):
    for s in signals:
        yield s, await s.get_value()


async def wait_for_value(signal, match, timeout):
    for _ in range(20):
        value = await signal.get_value()
        if match(value) if callable(match) else value == match:
            return
        await asyncio.sleep(0.1)


async def set_and_wait_for_value(signal, value, match_value=None, timeout=10, status_timeout=None, wait_for_set_completion=True):
    status = signal.set(value)
    await status
    return status


async def set_and_wait_for_other_value(set_signal, set_value, match_signal, match_value, timeout=10, set_timeout=None, wait_for_set_completion=True):
    status = set_signal.set(set_value)
    await status
    return status


class StandardReadableFormat(enum.Enum):
    """How children are read."""

    CHILD = "CHILD"
    CONFIG_SIGNAL = "CONFIG_SIGNAL"
    HINTED_SIGNAL = "HINTED_SIGNAL"
    UNCACHED_SIGNAL = "UNCACHED_SIGNAL"
    HINTED_UNCACHED_SIGNAL = "HINTED_UNCACHED_SIGNAL"

    def __call__(self, parent, child):
        parent.add_readables([child], self)


class _Wrapper:
    def __init__(self, signal):
        self.signal = signal

    def __class_getitem__(cls, item):
        return cls


class ConfigSignal(_Wrapper):
    """Configuration."""


class HintedSignal(_Wrapper):
    """Shown."""

    uncached = None


class StandardReadable(Device):
    """Reads its children."""

    _reads = _configs = ()

    @contextlib.contextmanager
    def add_children_as_readables(self, format=StandardReadableFormat.CHILD):  # noqa: A002
        before = dict(self.children())
        yield
        new = []
        for attr, one in self.children():
            if attr not in before:
                new += list(one.values()) if isinstance(one, DeviceVector) else [one]
        self.add_readables(new, format)

    def add_readables(self, devices, format=StandardReadableFormat.CHILD):  # noqa: A002
        for d in devices:
            if format in (StandardReadableFormat.CONFIG_SIGNAL, ConfigSignal):
                self._configs = (*self._configs, d)
            else:
                self._reads = (*self._reads, d)

    async def _gather(self, devices, method):
        out = {}
        for d in devices:
            if hasattr(d, method):
                out.update(await getattr(d, method)())
        return out

    async def read(self):
        return await self._gather(self._reads, "read")

    async def describe(self):
        return await self._gather(self._reads, "describe")

    async def read_configuration(self):
        return await self._gather(self._configs, "read")

    async def describe_configuration(self):
        return await self._gather(self._configs, "describe")

    @AsyncStatus.wrap
    async def stage(self):
        return None

    @AsyncStatus.wrap
    async def unstage(self):
        return None

    hints = property(lambda self: {"fields": [d.name for d in self._reads]})


class EnumDummy:
    pass


class init_devices:  # noqa: N801
    """Names and connects the devices that the with statement makes."""

    def __init__(self, set_name=True, child_name_separator="-", connect=True, mock=False, timeout=10.0):
        self._set, self._connect, self._mock = set_name, connect, mock

    def _locals(self):
        return sys._getframe(2).f_locals

    def _enter(self):
        frame = sys._getframe(2)
        self._frame, self._before = frame, {k: id(v) for k, v in frame.f_locals.items()}
        return self

    async def _finish(self):
        for name, one in dict(self._frame.f_locals).items():
            if isinstance(one, Device) and self._before.get(name) != id(one):
                if self._set and not one.name:
                    one.set_name(name)
                if self._connect:
                    await one.connect(mock=self._mock)

    def __enter__(self):
        return self._enter()

    def __exit__(self, kind, *a):
        if kind is None:
            _loop.call(self._finish())

    async def __aenter__(self):
        frame = sys._getframe(1)
        self._frame, self._before = frame, {k: id(v) for k, v in frame.f_locals.items()}
        return self

    async def __aexit__(self, kind, *a):
        if kind is None:
            await self._finish()


DeviceCollector = init_devices


class PathProvider:
    pass


class StaticPathProvider(PathProvider):
    def __init__(self, *a, **kw):
        pass


StaticFilenameProvider = UUIDFilenameProvider = YMDPathProvider = AutoIncrementingPathProvider = StaticPathProvider


def set_mock_value(signal, value):
    signal._soft.value = value
    for w in list(signal._watchers):
        w()


def get_mock_put(signal):
    import unittest.mock
    return unittest.mock.AsyncMock()


callback_on_mock_put = set_mock_put_proceeds = mock_puts_blocked = lambda *a, **kw: None


async def gather_dict(coros):
    return {k: await v for k, v in coros.items()}


async def wait_for_connection(**coros):
    for c in coros.values():
        await c


class Reference:
    def __init__(self, obj):
        self._obj = obj

    def __class_getitem__(cls, item):
        return cls

    def __call__(self):
        return self._obj


async def merge_gathered_dicts(coros):
    out = {}
    for c in coros:
        out.update(await c)
    return out
