"""Control-system clients that lose the reason of a refusal, told it again.

Channel Access answers a put with a number. pyepics does not look at it, caproto
returns it without raising, and aioca and cothread raise it as a number: the script
would go on as if the put had been done, or end without knowing why. Where one of them
is imported, its put raises with the gateway's words instead. So does a read that is
refused. A put that nobody waits for cannot raise; it is said once on stderr.

This explains; it holds nothing. What was refused was refused by the gateway, outside
of this process, and stays refused whatever is done here. A put or a read that is done is
done as by the library alone: nothing is asked, waited for or raised that it would not.
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

# The statuses of Channel Access that are a refusal's, and what the gateway is asked.
REASONS = {160: "", 376: "", 152: "read ", 368: "read "}  # PUTFAIL, NOWTACCESS, GETFAIL, NORDACCESS

_MOST = 100  # different refusals that are said on stderr
_TIME = 1.0  # seconds for one question

# Who mends which module once it is loaded: a module of this package and a function in
# it, which are not loaded before.
_MENDS = {
    "epics.ca": ("clients_pyepics", "pyepics"),
    "ophyd.signal": ("clients_pyepics", "ophyd"),
    "caproto.sync.client": ("clients_caproto", "sync"),
    "caproto.threading.client": ("clients_caproto", "threading"),
    "caproto.asyncio.client": ("clients_caproto", "asynchronous"),
    "epicscorelibs.ca.cadef": ("clients_libca", "cadef"),
    "cothread.cadef": ("clients_libca", "cadef"),
    "aioca._catools": ("clients_libca", "catools"),
    "cothread.catools": ("clients_libca", "catools"),
    "ophyd_async.epics.core._aioca": ("clients_libca", "ophyd_async"),
}


def explain(report: Report) -> None:
    """Have refusals raise with their reason in the clients that are, or will be, imported."""
    if not os.environ.get("INTERLOCK_GATEWAY"):
        return
    refusals = Refusals(report)
    for name in [name for name in _MENDS if name in sys.modules]:
        _mend(sys.modules[name], refusals)
    sys.meta_path.insert(0, _Finder(refusals))


class Refusals:
    """Knows why something was refused, and who is to hear of it."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._said: set[str] = set()

    def why(self, channel: str) -> str:
        """Ask the gateway why a put to the channel is refused; "" where nobody says.

        With "read " before its name, why reading it is.
        """
        import socket

        try:
            with socket.create_connection(door(), timeout=_TIME) as s, s.makefile("rw", encoding="utf-8") as f:
                f.write(channel + "\n")
                f.flush()
                return f.readline().strip()
        except (OSError, ValueError):
            return ""

    def unseen(self, channel: str) -> str:
        """Like why, of a put that the library itself did not send: reported, since the gateway never saw it."""
        message = self.why(channel)
        if message:
            self._report("control_system.epics.write", channel, message)
        return message

    def say(self, message: str, about: str = "") -> None:
        """Say once what nobody waits for; about names it where its words vary."""
        if not message or (about or message) in self._said or len(self._said) >= _MOST:
            return
        self._said.add(about or message)
        try:
            sys.stderr.write(f"interlock: {message}\n")
        except Exception:
            pass  # the script has closed it, or put something else there that takes no text


def door() -> tuple[str, int]:
    """Return where the gateway answers."""
    host, _, port = os.environ.get("INTERLOCK_GATEWAY", "").rpartition(":")
    return host, int(port)


def _mend(module: ModuleType, refusals: Refusals) -> None:
    from importlib import import_module

    name = module.__name__
    file, function = _MENDS[name]
    try:
        getattr(import_module("." + file, __package__), function)(module, refusals)
    except Exception as e:  # whatever another version is like, the import goes on
        refusals.say(
            f"this version of {name.partition('.')[0]} is not known ({type(e).__name__}: {e}): where the gateway "
            "refuses something, it may not say so; it is refused all the same, and the result has it",
            about=name,
        )


class _Finder:
    """Finds a wanted module where it would be found, and mends it once it is loaded."""

    def __init__(self, refusals: Refusals) -> None:
        self.refusals = refusals

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in _MENDS:
            return None
        others = (f for f in sys.meta_path if f is not self and hasattr(f, "find_spec"))
        spec = next(filter(None, (f.find_spec(name, path, target) for f in others)), None)
        load = getattr(getattr(spec, "loader", None), "exec_module", None)
        if spec is not None and load is not None:

            def exec_module(module: ModuleType) -> None:
                load(module)
                if module.__name__ == name:  # the loader may be of other modules too
                    _mend(module, self.refusals)

            try:
                spec.loader.exec_module = exec_module  # type: ignore[method-assign]
            except (AttributeError, TypeError):
                pass  # a loader that nothing can be set on: its module is loaded as it is
        return spec
