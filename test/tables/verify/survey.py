"""Looks for what a table leaves out: whatever is named as if it wrote.

Every public function and method of the library is walked. One whose name has a
word such as put, set or move in it must have a row, lie under a harmless name, or
stand in reviewed.txt with the reason why it writes nothing.
"""

from __future__ import annotations

import fnmatch
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import names

if TYPE_CHECKING:
    from .rows import Table

WRITES = frozenset(
    "put caput pvput set write move mv mvr mov movr command process ramp home jog trigger arm disarm start stop stage"
    " unstage kickoff complete rpc tweak rel abs post call invoke delete restore reset enable disable prepare configure"
    " execute acquire erase lock unlock kill restart fire send setpoint putw dbpf clear".split()
)


def sounds_like_writing(name: str) -> bool:
    """Report whether a word of a name, in_this_spelling or inThis, is one of WRITES."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    heard = {word.lower() for word in words} & WRITES
    return bool(heard) and not re.match(r"_|get_|is_|has_|on_|(get|is|has|on)[A-Z]", name)


# Not what scripts use: tests, examples, windows, servers' command lines.
SKIPPED = re.compile(
    r"\.(_?tests?|testing|_?examples?|demo|docs|qt|Qt|ioc_examples|conftest|standard_address_space|__main__|_?version)(\.|$)"
    r"|\.wx|\._"
)


class Survey:
    """The walk over one library."""

    def __init__(self, table: Table, reviewed: str) -> None:
        self._table, self._module = table, table.module
        self._reviewed = list(_patterns(reviewed, table.module))
        self._used: set[str] = set()
        self._faults: set[str] = set()
        self._counts: Counter[str] = Counter()

    def run(self) -> tuple[list[str], Counter[str]]:
        """Walk the library; return what is left out, and counts."""
        if "same_as" in self._table.table:
            return [], self._counts
        self._known = self._rows()
        self._covers = self._class_rows()
        seen: set[int] = set()
        for name, module in _modules(self._module):
            for symbol, thing in _public(module, self._module):
                if id(thing) not in seen:
                    seen.add(id(thing))
                    self._look(f"{name}.{symbol}", thing)
        unused = [f"reviewed.txt: {self._module}: {p} matches nothing" for p in self._reviewed if p not in self._used]
        return sorted(self._faults) + unused, self._counts

    def _rows(self) -> set[int]:
        """Return the identities of all functions that have a row."""
        known = set()
        for name in [*self._table.table.get("functions", {}), *self._table.table.get("aliases", {})]:
            try:
                known.add(id(names.resolve(f"{self._module}.{name}")))
            except names.AbsentError:
                continue  # rows.py reports it
        return known

    def _class_rows(self) -> dict[type, set[str]]:
        """Return the members that the rows of each class name, with the inherited ones."""
        covers: dict[type, set[str]] = {}
        aliases = self._table.table.get("aliases", {})
        for name in [*self._table.classes, *(a for a, to in aliases.items() if to in self._table.classes)]:
            try:
                cls = self._table.real(name) if name in self._table.classes else names.resolve(f"{self._module}.{name}")
            except names.AbsentError:
                continue
            if inspect.isclass(cls):
                covers.setdefault(cls, set()).update(self._members(aliases.get(name, name)))
        return covers

    def _members(self, name: str) -> Iterator[str]:
        while name:
            spec = self._table.classes[name]
            for kind in ("methods", "loads", "stores", "children"):
                yield from spec.get(kind, {})
            name = spec.get("inherits", "")

    def _look(self, path: str, thing: object) -> None:
        self._counts["public symbols"] += 1
        if inspect.isclass(thing):
            self._look_in(path, thing)
        elif sounds_like_writing(path.rpartition(".")[2]) and id(thing) not in self._known:
            self._miss(path, "function")

    def _look_in(self, path: str, cls: type) -> None:
        if issubclass(cls, BaseException) or cls.__module__.partition(".")[0] != self._module:
            return
        bases = [base for base in cls.__mro__ if base in self._covers]
        covered = set().union(*(self._covers[base] for base in bases))
        for name, value in inspect.getmembers_static(cls):
            if not sounds_like_writing(name) or name in covered:
                continue
            owner = next((base for base in cls.__mro__ if name in vars(base)), cls)
            if not owner.__module__.startswith(self._module) or (owner is not cls and not bases):
                continue  # told where the library defines it
            if owner is not cls and any(base for base in bases if owner in base.__mro__ and base is not cls):
                continue  # told for the class that has rows
            settable = isinstance(value, property) and value.fset is not None
            if callable(getattr(value, "__func__", value)) or settable:
                self._counts["members named as if they wrote"] += 1
                self._miss(f"{path}.{name}", "attribute" if settable else "method")

    def _miss(self, path: str, kind: str) -> None:
        short = path.removeprefix(self._module + ".")
        if any(short == h or short.startswith(h + ".") for h in self._table.table.get("harmless", [])):
            return
        for pattern in self._reviewed:
            if fnmatch.fnmatchcase(short, pattern):
                self._used.add(pattern)
                return
        self._faults.add(f"{self._module}.yaml: {kind} {short} is named as if it wrote and has no row [survey]")


def _patterns(path: str, module: str) -> Iterator[str]:
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.partition("#")[0].split()
            if words and words[0] == module:
                yield from words[1:]


def _modules(top: str) -> Iterator[tuple[str, object]]:
    first = importlib.import_module(top)
    yield top, first
    for info in pkgutil.walk_packages(getattr(first, "__path__", []), top + ".", onerror=lambda _: None):
        if SKIPPED.search(info.name):
            continue
        try:
            yield info.name, importlib.import_module(info.name)
        except (ImportError, SystemExit, AttributeError, RuntimeError, OSError, TypeError):
            continue  # it needs a library that the lock leaves out


def _public(module: object, top: str) -> Iterator[tuple[str, object]]:
    for name in getattr(module, "__all__", None) or dir(module):
        thing = getattr(module, name, None)
        if name.startswith("_") or not callable(thing):
            continue
        if str(getattr(thing, "__module__", top)).partition(".")[0] == top:
            yield name, thing
