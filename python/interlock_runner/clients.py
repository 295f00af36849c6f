"""Control-system clients that lose the reason of a refusal, told it again.

Channel Access answers a put with a number. pyepics does not look at it, and caproto
returns it without raising: the script would go on as if the put had been done. Where
one of them is imported, its put raises with the gateway's words instead. So does a
read that is refused, which caproto answers with nothing and pyepics with a number.

This explains; it holds nothing. What was refused was refused by the gateway, outside
of this process, and stays refused whatever is done here.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    Report = Callable[[str, str, str], None]  # rule, name, message

_NORMAL = 1  # ECA_NORMAL


def explain(report: Report) -> None:
    """Have refused puts raise in the clients that are, or will be, imported."""
    if not os.environ.get("INTERLOCK_GATEWAY"):
        return
    wanted = {"epics.ca": _pyepics, "caproto.threading.client": _threading, "caproto.sync.client": _sync}
    for name in [name for name in wanted if name in sys.modules]:
        wanted.pop(name)(sys.modules[name], report)
    sys.meta_path.insert(0, _Finder(wanted, report))


class _Finder:
    """Finds a wanted module where it would be found, and mends it once it is loaded."""

    def __init__(self, wanted: dict[str, Callable[[ModuleType, Report], None]], report: Report) -> None:
        self.wanted = wanted
        self.report = report

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        mend = self.wanted.pop(name, None)
        if mend is None:
            return None
        spec = next(filter(None, (f.find_spec(name, path, target) for f in sys.meta_path if f is not self)), None)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                try:
                    mend(module, self.report)
                except AttributeError:
                    pass  # another version: refused all the same, without the words

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def why(channel: str) -> str:
    """Ask the gateway why a put to the channel is refused; "" where nobody says.

    With "read " before its name, why reading it is.
    """
    import socket

    host, _, port = os.environ.get("INTERLOCK_GATEWAY", "").rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=2) as s, s.makefile("rw", encoding="utf-8") as f:
            f.write(channel + "\n")
            f.flush()
            return f.readline().strip()
    except (OSError, ValueError):
        return ""


def _pyepics(ca: ModuleType, report: Report) -> None:
    put, told = ca.put, ca._onPutEvent
    failed: dict[int, int] = {}

    def on_put(args: Any, **kwds: Any) -> None:
        if args.status != _NORMAL:
            failed[args.chid] = args.status
        told(args, **kwds)

    def guarded(chid: Any, value: Any, *args: Any, **kwds: Any) -> Any:
        key = getattr(chid, "value", chid)
        failed.pop(key, None)
        try:
            done = put(chid, value, *args, **kwds)
        except ca.CASeverityException:
            name = ca.name(chid)
            message = why(name)
            if not message:
                raise
            report("control_system.epics.write", name, message)  # the gateway never saw it
            raise ca.CASeverityException("put", message) from None
        if failed.pop(key, None) is not None:
            name = ca.name(chid)
            raise ca.CASeverityException("put", why(name) or f"the put to {name} was not done")
        return done

    complete = ca.get_complete_with_metadata

    def guarded_get(chid: Any, *args: Any, **kwds: Any) -> Any:
        try:
            return complete(chid, *args, **kwds)
        except ca.ChannelAccessGetFailure as e:
            message = why("read " + ca.name(chid))
            if not message:
                raise
            raise ca.ChannelAccessGetFailure(message, chid, e.status) from None

    guarded.__doc__ = put.__doc__
    guarded_get.__doc__ = complete.__doc__
    ca.get_complete_with_metadata = guarded_get
    ca._onPutEvent = on_put
    ca._CB_PUTWAIT = ca.dbr.make_callback(on_put, ca.dbr.event_handler_args)
    ca.put = guarded


def _refused(channel: str, response: Any) -> None:
    from caproto import CaprotoRuntimeError

    status = getattr(response, "status", None)
    if status is not None and getattr(status, "code_with_severity", _NORMAL) != _NORMAL:
        raise CaprotoRuntimeError(why(channel) or f"the put to {channel} was not done: {status.description}")


def _unread(channel: str, response: Any) -> None:
    from caproto import CaprotoRuntimeError

    status = getattr(response, "status", None)
    if status is not None and getattr(status, "code_with_severity", _NORMAL) != _NORMAL:
        raise CaprotoRuntimeError(why("read " + channel) or f"{channel} was not read: {status.description}")


def _threading(client: ModuleType, _report: Report) -> None:
    write, read = client.PV.write, client.PV.read

    def guarded_read(self: Any, *args: Any, **kwds: Any) -> Any:
        response = read(self, *args, **kwds)
        _unread(self.name, response)
        return response

    guarded_read.__doc__ = read.__doc__
    client.PV.read = guarded_read

    def guarded(self: Any, *args: Any, **kwds: Any) -> Any:
        response = write(self, *args, **kwds)
        _refused(self.name, response)
        return response

    guarded.__doc__ = write.__doc__
    client.PV.write = guarded


def _sync(client: ModuleType, _report: Report) -> None:
    write, read = client.write, client.read

    def guarded_read(pv_name: str, *args: Any, **kwds: Any) -> Any:
        response = read(pv_name, *args, **kwds)
        _unread(pv_name, response)
        return response

    guarded_read.__doc__ = read.__doc__
    client.read = guarded_read

    def guarded(pv_name: str, *args: Any, **kwds: Any) -> Any:
        response = write(pv_name, *args, **kwds)
        _refused(pv_name, response)
        return response

    guarded.__doc__ = write.__doc__
    client.write = guarded
