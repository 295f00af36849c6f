"""When an environment counts as finished.

DEST/interlock-env.json is the stamp. It is written twice: at the beginning with
"complete": false, which marks the folder as ours to remove, and at the very end,
by rename, with the digest of the lock. A killed setup never reaches the second.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator

from .interpreter import Interpreter
from .trouble import SetupError

NAME = "interlock-env.json"
FORMAT = 1  # raised when what setup_env.py does besides the lock changes


def digest(lock: str) -> str:
    """Return what stands for the contents of the lock file."""
    with open(lock, "rb") as file:
        return f"{FORMAT}-{hashlib.sha256(file.read()).hexdigest()}"


def fits(dest: str, digests: list[str], python: str | None) -> bool:
    """Report whether dest is finished, from one of digests, and its Python still there."""
    said = _read(dest)
    if not said or not said.get("complete") or said.get("lock") not in digests:
        return False
    if python and os.path.realpath(python) != said.get("python"):
        return False
    # A removed or replaced Python leaves the link dangling or another version behind it.
    link = os.path.join(dest, "bin", "python")
    return os.path.exists(link) and os.path.realpath(link) == said.get("python") and said.get("place") == dest


def begin(dest: str) -> None:
    """Make dest an empty folder of ours. A folder of someone else's is refused."""
    if os.path.lexists(dest) and (not os.path.isdir(dest) or (os.listdir(dest) and _read(dest) is None)):
        raise SetupError(f"{dest} is there already and was not made by this program; name another folder, or remove it")
    if os.path.isdir(dest):
        _write(dest, {"complete": False})  # a kill during the removal must not leave a good stamp
        for entry in os.scandir(dest):
            if entry.name == NAME:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)
    os.makedirs(dest, exist_ok=True)
    _write(dest, {"complete": False})


def finish(dest: str, lock: str, interpreter: Interpreter) -> None:
    """Say that dest is complete."""
    python = os.path.realpath(os.path.join(dest, "bin", "python"))
    said = {"complete": True, "lock": lock, "version": interpreter.version, "python": python, "place": dest}
    _write(dest, said)


@contextlib.contextmanager
def only_one(dest: str) -> Iterator[None]:
    """Hold the lock of dest, so that two calls at once make one environment."""
    os.makedirs(os.path.dirname(dest), exist_ok=True)
    with open(dest + ".lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"setup_env: waiting for another setup of {dest}", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(dest: str) -> dict | None:
    try:
        with open(os.path.join(dest, NAME), encoding="utf-8") as file:
            said = json.load(file)
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _write(dest: str, said: dict) -> None:
    path = os.path.join(dest, NAME)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
