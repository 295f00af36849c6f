"""What the code raised: on stderr as python prints it, and as a frame."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from .channel import Channel

_HOME = __file__.rpartition("/")[0] + "/"
MAX_MESSAGE = 8 << 10
MAX_TRACEBACK = 64 << 10  # characters of all lines together


def tell(channel: Channel, error: BaseException, path: str, source: str) -> int:
    """Print error on stderr, send it, and return the exit status it makes."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()  # what was printed before comes before
        except (OSError, ValueError):
            pass
    _without_runner(error, set())
    syntax = isinstance(error, SyntaxError) and error.__traceback__ is None
    lines = _format(error, path, source)
    message = _text(error)
    channel.send(
        {
            "t": "error",
            "name": type(error).__name__,
            "message": message[:MAX_MESSAGE],
            "traceback": _bounded(lines),
            "line": _line(error, path),
            "syntax": syntax,
        }
    )
    _print(error, lines, path)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def _without_runner(error: BaseException | None, seen: set[int]) -> None:
    """Cut this package's frames out of error's traceback and of those it came from."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    error.__traceback__ = _cut(error.__traceback__)
    _without_runner(error.__cause__, seen)
    _without_runner(error.__context__, seen)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            _without_runner(inner, seen)


def _cut(tb: TracebackType | None) -> TracebackType | None:
    while tb is not None and _ours(tb):
        tb = tb.tb_next
    at = tb
    while at is not None:
        while at.tb_next is not None and _ours(at.tb_next):
            at.tb_next = at.tb_next.tb_next
        at = at.tb_next
    return tb


def _ours(tb: TracebackType) -> bool:
    return tb.tb_frame.f_code.co_filename.startswith(_HOME)


def _format(error: BaseException, path: str, source: str) -> list[str]:
    """Return the lines of the traceback, with source lines even where the file is out of sight."""
    folder, sys.path = sys.path, [p for p in sys.path if p.startswith((sys.prefix, sys.base_prefix, sys.exec_prefix))]
    try:
        import linecache
        import traceback

        linecache.cache[path] = (len(source), None, source.removeprefix("\ufeff").splitlines(True), path)
        return traceback.format_exception(type(error), error, error.__traceback__)
    except Exception:  # a module of the script's own stands in traceback's place, or a __str__ fails
        return [f"{type(error).__name__}: {_text(error)}\n"]
    finally:
        sys.path = folder


def _print(error: BaseException, lines: list[str], path: str) -> None:
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    hook = getattr(sys, "excepthook", sys.__excepthook__)
    if hook is sys.__excepthook__:
        _print_plainly(error, lines, path)
        return
    try:
        hook(type(error), error, error.__traceback__)
    except Exception as second:
        _without_runner(second, set())
        _write("Error in sys.excepthook:\n")
        sys.__excepthook__(type(second), second, second.__traceback__)
        _write("\nOriginal exception was:\n")
        _print_plainly(error, lines, path)


def _print_plainly(error: BaseException, lines: list[str], path: str) -> None:
    """Print as python does. Its own hook takes the source lines from the file, if there is one."""
    if os.path.isfile(path):
        sys.__excepthook__(type(error), error, error.__traceback__)
    else:
        _write("".join(lines))


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass


def _line(error: BaseException, path: str) -> int:
    """Return the last line of the script that error came through; 0 is unknown."""
    line, tb = 0, error.__traceback__
    while tb is not None:
        if tb.tb_frame.f_code.co_filename == path and tb.tb_lineno:
            line = tb.tb_lineno
        tb = tb.tb_next
    if isinstance(error, SyntaxError) and error.filename == path:
        line = error.lineno or line
    return line


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "<the exception's own text could not be made>"


def _bounded(lines: list[str]) -> list[str]:
    kept, room = [], MAX_TRACEBACK
    for line in lines:
        kept.append(line[:room])
        room -= len(line)
        if room <= 0:
            return [*kept, "[the traceback goes on; all of it is on stderr]\n"]
    return kept
