"""pyepics, which does not look at how a put ended, and ophyd above it."""

from __future__ import annotations

import threading
from functools import wraps

from .clients import REASONS, Refusals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

_NORMAL = 1  # ECA_NORMAL
_PUT = 1  # CA_OP_PUT
_NAMES = ("wait", "timeout", "callback", "callback_data", "ftype")  # of put, behind chid and value


class _Here(threading.local):
    """What one thread has under way."""

    refused: Callable[[Exception], None] | None = None  # who wants to hear of the next put of this thread


_here = _Here()


class _Completion:
    """The callback of one put, which knows how the put ended."""

    def __init__(self, callback: Any, refused: Callable[[int], bool]) -> None:
        self.status = _NORMAL
        self._callback = callback
        self._refused = refused

    def __call__(self, **words: Any) -> None:
        if self.status != _NORMAL and self._refused(self.status):
            return  # somebody is told who would take the callback for success
        if callable(self._callback):
            self._callback(**words)


def pyepics(ca: ModuleType, refusals: Refusals) -> None:
    """Mend epics.ca."""
    put, told, complete = ca.put, ca._onPutEvent, ca.get_complete_with_metadata
    severity, failure, callback_type = ca.CASeverityException, ca.ChannelAccessGetFailure, ca.dbr.event_handler_args
    listen = _exceptions(ca, refusals)

    def on_put(args: Any, **kwds: Any) -> None:
        if args.status != _NORMAL:
            _tell(args.usr, args.status)  # before told lets go on who waits
        told(args, **kwds)

    def error(chid: Any, status: int) -> Exception:
        name = ca.name(chid)
        why = refusals.why(name) if status in REASONS else ""
        return severity("put", why or f"the put to {name} was not done")

    @wraps(put)
    def guarded(chid: Any, value: Any, *args: Any, **kwds: Any) -> Any:
        kwds.update(zip(_NAMES, args, strict=False))
        wait, callback, hears = kwds.get("wait"), kwds.get("callback"), _here.refused

        def refused(status: int) -> bool:
            if hears:
                hears(error(chid, status))
            elif not wait:
                refusals.say(error(chid, status).msg)
            return hears is not None

        completion = _Completion(callback, refused)
        try:
            if wait or callable(callback):
                kwds["callback"] = completion
                if not callable(callback):
                    kwds["callback_data"] = None  # nobody gets it
            else:
                listen(chid, value, hears)
            done = put(chid, value, **kwds)
        except severity:
            message = refusals.unseen(ca.name(chid))
            if not message:
                raise
            raise severity("put", message) from None
        if wait and completion.status != _NORMAL:
            raise error(chid, completion.status)
        return done

    @wraps(complete)
    def guarded_get(chid: Any, *args: Any, **kwds: Any) -> Any:
        try:
            return complete(chid, *args, **kwds)
        except failure as e:
            message = refusals.why("read " + ca.name(chid)) if e.status in REASONS else ""
            if not message:
                raise
            raise failure(message, chid, e.status) from None

    ca._CB_PUTWAIT = ca.dbr.make_callback(on_put, callback_type)
    ca._onPutEvent, ca.put, ca.get_complete_with_metadata = on_put, guarded, guarded_get


def _tell(completed: Any, status: int) -> None:
    """Tell the completion of a put, which is in what pyepics made of it, how the put ended."""
    for cell in getattr(completed, "__closure__", None) or ():
        try:
            if isinstance(cell.cell_contents, _Completion):
                cell.cell_contents.status = status
        except ValueError:
            pass  # an empty cell


def _exceptions(ca: ModuleType, refusals: Refusals) -> Callable[[Any, Any, Any], None]:
    """Return what is called before a put that nobody waits for, and hears whether it is refused.

    The server's words come as an exception of the context. pyepics has libca print
    none of them; ophyd has it print all, so those that are no put's are printed here.
    """
    ctypes = ca.ctypes
    pointer, number, text = ctypes.c_void_p, ctypes.c_long, ctypes.c_char_p

    class Args(ctypes.Structure):  # type: ignore[misc]  # struct exception_handler_args
        _fields_ = [  # noqa: RUF012  ctypes wants it so
            ("usr", pointer), ("chid", pointer), ("type", number), ("count", number), ("addr", pointer),
            ("stat", number), ("op", number), ("ctx", text), ("file", text), ("line", ctypes.c_uint),
        ]  # fmt: skip

    waiting: dict[int, tuple[Any, Callable[[Exception], None]]] = {}
    heard: set[int] = set()

    def on_exception(args: Any) -> None:
        words = (args.ctx or b"").decode("utf-8", "replace")
        if args.op != _PUT:
            if ca.WITH_CA_MESSAGES:
                refusals.say(f"Channel Access: {ca.message(args.stat)}: {words}")
            return
        refusals.say(words)
        value, refused = waiting.get(args.chid or 0, (None, None))
        if refused and _of(words, value):
            refused(ca.CASeverityException("put", words))

    handler = ca.dbr.make_callback(on_exception, Args)

    def listen(chid: Any, value: Any, refused: Any) -> None:
        key = getattr(chid, "value", chid)
        if refused:
            waiting[key] = (value, refused)
        else:
            waiting.pop(key, None)
        context = ca.current_context()
        if context and context not in heard:
            heard.add(context)
            ca.libca.ca_add_exception_event(handler, None)

    return listen


def _of(words: str, value: Any) -> bool:
    """Report whether the words may be about a put of the value: another thread may have put another."""
    said = words.removeprefix("put of ").partition(" to ")[0]
    try:
        return float(said) == float(value)
    except (TypeError, ValueError):
        return True  # not a number, or whatever the value


def ophyd(module: ModuleType, refusals: Refusals) -> None:
    """Mend ophyd.signal: a set that is refused fails, where it would be done or wait for ever."""
    signal, no_write = module.EpicsSignal, module.ReadOnlyError
    set_, put, await_ = signal.set, signal.put, signal._set_and_wait

    @wraps(set_)
    def guarded_set(self: Any, *args: Any, **kwds: Any) -> Any:
        if not self._put_complete:
            return set_(self, *args, **kwds)  # ends in guarded_wait, in a thread of its own
        late = _Late()
        _here.refused = late.refused
        try:
            status = set_(self, *args, **kwds)
        finally:
            _here.refused = None
        late.is_for(status)
        return status

    @wraps(put)
    def guarded_put(self: Any, *args: Any, **kwds: Any) -> Any:
        try:
            return put(self, *args, **kwds)
        except no_write:
            message = refusals.unseen(self.setpoint_pvname)
            if not message:
                raise
            raise no_write(message) from None

    @wraps(await_)
    def guarded_wait(self: Any, *args: Any, **kwds: Any) -> Any:
        failed: list[Exception] = []
        _here.refused = failed.append
        try:
            return await_(_Watched(self, failed), *args, **kwds)
        finally:
            _here.refused = None

    signal.set, signal.put, signal._set_and_wait = guarded_set, guarded_put, guarded_wait


class _Late:
    """Fails a status that may be made after what it fails with."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.status: Any = None
        self.error: Exception | None = None

    def refused(self, error: Exception) -> None:
        with self.lock:
            self.error = error
        self._fail()

    def is_for(self, status: Any) -> None:
        with self.lock:
            self.status = status
        self._fail()

    def _fail(self) -> None:
        with self.lock:
            status, error = self.status, self.error
            if status is None or error is None:
                return
            self.status = None
        try:
            status.set_exception(error)
        except Exception:
            pass  # it has ended meanwhile, by its own time limit


class _Watched:
    """A signal that is read until it is what was put: reading it raises once the put is refused."""

    def __init__(self, signal: Any, failed: list[Exception]) -> None:
        self._signal = signal
        self._failed = failed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._signal, name)

    def get(self, *args: Any, **kwds: Any) -> Any:
        if self._failed:
            raise self._failed[0]
        return self._signal.get(*args, **kwds)
