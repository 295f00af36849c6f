"""Makes the virtual environment and installs the locked packages into it."""

from __future__ import annotations

import collections
import os
import re
import subprocess
import sys
import threading
import time

from .interpreter import Interpreter
from .trouble import SetupError

QUIET = 2.0  # seconds before progress is shown

# Settings of the caller's that would send the packages somewhere else.
_STRAY = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIREMENT", "PYTHONPATH", "PYTHONHOME")


def install(interpreter: Interpreter, dest: str, lock: str) -> None:
    """Make the environment dest with the packages of the file lock."""
    progress = Progress(f"Python {interpreter.version} environment in {dest}")
    python = os.path.join(dest, "bin", "python")
    _run([interpreter.path, "-I", "-m", "venv", dest], progress, "making the environment")
    # A lock names all that is to be there, so nothing is added to it.
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
    _run(
        [python, "-I", "-m", "pip", "install", *options, "--progress-bar", "off", "-r", lock],
        progress,
        "installing the locked packages",
    )
    progress.done()


def _run(command: list[str], progress: Progress, act: str) -> None:
    progress.say(act)
    env = {key: value for key, value in os.environ.items() if key not in _STRAY}
    tail: collections.deque[str] = collections.deque(maxlen=25)
    with subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            tail.append(line.rstrip())
            progress.say(_telling(line))
    if process.returncode:
        progress.done("stopped")
        raise SetupError(_words(act, process.returncode, list(tail)))


def _telling(line: str) -> str:
    """Return what a line of pip's says to someone who waits, or ""."""
    found = re.match(r"\s*Downloading (?:\S*/)?([A-Za-z0-9_.]+?)-[^\s(]* ?(\([^)]*\))?", line)
    if found and not line.rstrip().endswith(".metadata"):
        return f"downloading {found.group(1)} {found.group(2) or ''}".rstrip()
    return "installing" if line.startswith("Installing collected packages") else ""


def _words(act: str, status: int, tail: list[str]) -> str:
    text = "\n".join(tail)
    hint = "type the same words again to try once more"
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in text or ("hash" in text.lower() and "mismatch" in text.lower()):
        hint = "a package is not the one that was locked: do not use that index; ask whoever runs it"
    elif "No matching distribution" in text or "Could not find a version" in text:
        hint = "the package index that pip uses here was not reached or lacks the package: check `pip config list`"
    elif "No space left" in text:
        hint = "the disk is full; the environment needs about 500 MB"
    return f"{act} ended with status {status}:\n\n{text}\n\n{hint}"


class Progress:
    """Lines on stderr, once the work has taken long enough to ask what it does.

    On a terminal one line is rewritten; elsewhere each step is a line. A thread
    of its own writes them, so that a long step is seen to go on; done() ends it.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = time.monotonic()
        self._text = self._shown = ""
        self._terminal = sys.stderr.isatty()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """Make text the current step; "" leaves the one before."""
        self._text = text or self._text

    def done(self, text: str = "done") -> None:
        """Stop writing, with text as the last step."""
        self._text = text
        self._ended.set()
        self._thread.join()

    def _write(self) -> None:
        if self._ended.wait(QUIET):
            return
        print(f"setup_env: {self._what} (once; some 100 MB to download)", file=sys.stderr)
        while not self._ended.wait(0.5):
            self._line()
        self._line()
        if self._terminal:
            print(file=sys.stderr)

    def _line(self) -> None:
        if self._text == self._shown and not self._terminal:
            return
        self._shown = self._text
        start, end = ("\r\033[K", "") if self._terminal else ("", "\n")
        elapsed = time.monotonic() - self._begun
        print(f"{start}  {elapsed:3.0f} s  {self._text}", end=end, file=sys.stderr, flush=True)
