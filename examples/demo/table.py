"""The demo's output: a table that grows as the runs end, and the words under it."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from pathlib import Path
from types import TracebackType

from record import Run

COLUMNS = "{:<{name}}  {:<8}  {:<10} {:>7}  {:>7}  {}"


class Table:
    """The table on stdout. As a context manager it ends the table however the demo ends."""

    def __init__(self, scripts: list[Path], interlock: str) -> None:
        self._name = max([len("script"), *(len(_short(path)) for path in scripts)])
        self._interlock = interlock
        self._weaker = False

    def __enter__(self) -> Table:
        print(self._line("script", "decision", "status", "time", "figures", "notebook"))
        print("-" * min(self._name + 80, shutil.get_terminal_size((100, 24)).columns))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._clear()

    def begin(self, script: Path) -> None:
        """Show on a terminal which script is running."""
        if sys.stdout.isatty():
            print(f"{_short(script):<{self._name}}  ...", end="", flush=True)

    def row(self, run: Run) -> None:
        """Print the line of an ended run."""
        self._clear()
        if run.level == "landlock" and not self._weaker:
            self._weaker = True
            banner(run.level, "\n".join(run.notes), self._interlock)
        mark = "" if run.as_expected() else "  <- not as expected"
        time = f"{run.seconds:.2f} s"
        print(
            self._line(_short(run.script), run.effect, run.status, time, run.figures or "-", _near(run.notebook)) + mark
        )
        sys.stdout.flush()

    def _line(self, *cells: object) -> str:
        return COLUMNS.format(*map(str, cells), name=self._name)

    @staticmethod
    def _clear() -> None:
        if sys.stdout.isatty():
            print("\r\033[K", end="")


def banner(level: str, words: str, interlock: str) -> None:
    """Say in a frame what does not hold at this level of isolation and what to type."""
    lines = [
        f"ISOLATION LEVEL {level.upper()}: this host does not let a run be confined as the default policy asks.",
        "",
    ]
    if level == "none":
        lines += [
            "NOTHING but resource limits holds these runs. They are the scripts in examples/, which you can read.",
            "",
        ]
    for paragraph in words.splitlines():
        lines += textwrap.wrap(paragraph, 92)
    lines += ["", f"Type `{_near(interlock)} doctor` to see what is missing on this host and what to type to have it."]
    print("\n+" + "-" * 96)
    for line in lines:
        print("| " + line)
    print("+" + "-" * 96 + "\n", flush=True)


def explain(runs: list[Run], interlock: str, env: str, state: Path) -> None:
    """Print why scripts were refused or failed, and what to look at next."""
    for run in runs:
        if run.status == "succeeded":
            continue
        where, message, hint = run.reason()
        print(f"\n{_short(run.script)}{', ' + where if where else ''}: {run.status}")
        for text, mark in ((message, "  "), (hint, "  -> ")):
            for line in text.splitlines():
                print(textwrap.fill(line, 100, initial_indent=mark, subsequent_indent=" " * len(mark)))
    good = sum(run.as_expected() for run in runs)
    print(f"\n{good} of {len(runs)} scripts ended as they should.")
    if good < len(runs):
        print("The others: " + ", ".join(_short(run.script) for run in runs if not run.as_expected()))
    program = _near(interlock)
    print(f"Look around:  {program} run --env {_near(env)} examples/fit_decay.py")
    print(f"              INTERLOCK_STATE_DIR={_near(str(state))} {program} runs list")
    print(f"              INTERLOCK_STATE_DIR={_near(str(state))} {program} ledger verify")


def _short(path: Path) -> str:
    """Return the script's name, with its folder where it has one of its own."""
    return path.name if path.parent.name == "examples" else f"{path.parent.name}/{path.name}"


def _near(path: str) -> str:
    """Return path relative to here if that is shorter."""
    if not path:
        return "-"
    relative = os.path.relpath(path)
    return path if relative.startswith("..") or len(relative) > len(path) else relative
