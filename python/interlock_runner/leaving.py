"""The end of a warm interpreter: what a script can see of an interpreter's end.

CPython takes every object of every module apart when it ends. In a copy of a
process with numpy and pandas that touches, and so copies, nearly all of its
memory: a hundred milliseconds, and nobody sees the difference. What can be seen is
done, in CPython's order (Py_FinalizeEx): threads are joined, atexit functions
called, the script's own modules cleared so that their objects' __del__ methods
run, and standard output flushed.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

FLUSH_FAILED = 120  # as CPython's own


def status_of(code: object) -> int:
    """Return the exit status that SystemExit(code) makes, printing what CPython prints."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def leave(status: int, own: Iterable[str]) -> NoReturn:
    """End this process. own are the names of the modules beside the script."""
    if threading := sys.modules.get("threading"):
        threading._shutdown()
    atexit._run_exitfuncs()
    if not _flush():
        status = FLUSH_FAILED
    modules = [sys.modules.get(name) for name in ("__main__", *own)]
    for name in own:
        sys.modules.pop(name, None)
    for module in modules:
        _clear(getattr(module, "__dict__", {}))
    del modules
    gc.collect()
    if not _flush():
        status = FLUSH_FAILED
    os._exit(status)


def _clear(names: dict[str, Any]) -> None:
    """Clear a module as _PyModule_ClearDict does: names with one underscore first."""
    for name in list(names):
        if name[:1] == "_" and name[1:2] != "_":
            names[name] = None
    for name in list(names):
        if name != "__builtins__":
            names[name] = None


def _flush() -> bool:
    flushed = True
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except Exception:
            flushed = stream is sys.stderr and flushed
    return flushed
