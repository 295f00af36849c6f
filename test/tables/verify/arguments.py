"""Compares where a table says an argument stands with a callable's signature."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import NamedTuple

from .names import member


class Place(NamedTuple):
    """An argument as a table writes it: "0 pvname", "1/2", "1-2 x y", "pvname"."""

    index: int | None
    every: int
    names: list[str]
    last: int = 0


def place(text: str) -> Place:
    """Read the spelling of the tables."""
    words = text.split()
    ranged = re.fullmatch(r"(\d+)-(\d+)", words[0])
    if ranged:
        return Place(int(ranged[1]), 0, words[1:], int(ranged[2]))
    found = re.fullmatch(r"(\d+)(?:/(\d+))?", words[0])
    if not found:
        return Place(None, 0, words)
    return Place(int(found[1]), int(found[2] or 0), words[1:])


Parameters = list[inspect.Parameter]


def of_callable(thing: object) -> list[Parameters]:
    """Return the parameters of a function or class, one list for each overload; [] if they cannot be known."""
    try:
        return [list(inspect.signature(thing).parameters.values())]
    except (TypeError, ValueError):
        return [params for params in _documented(thing)]


def of_method(cls: type, name: str) -> list[Parameters]:
    """Return the parameters of a method without self, one list for each overload."""
    stored = member(cls, name)
    overloads = of_callable(stored.__func__ if isinstance(stored, (staticmethod, classmethod)) else getattr(cls, name))
    if isinstance(stored, staticmethod):
        return overloads
    return [params[1:] if params and params[0].kind is not inspect.Parameter.VAR_POSITIONAL else params
            for params in overloads]  # fmt: skip


def _documented(thing: object) -> Iterator[Parameters]:
    """Read the signatures that Boost.Python and pybind11 write into docstrings."""
    if isinstance(thing, type):
        thing = thing.__init__
    for line in (getattr(thing, "__doc__", None) or "").splitlines():
        found = re.match(r"\s*(?:\d+\. )?\w+\((.*)\) ->", line)
        if found:
            yield [_parameter(text) for text in _split(found[1])]


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no brackets but Boost.Python's, which mark optional arguments."""
    if re.search(r"\(\w+\)\w+", text):
        return re.findall(r"\(\w+\)\w+", text)
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _parameter(text: str) -> inspect.Parameter:
    boost = re.match(r"\(\w+\)(\w+)", text)
    if boost:
        return inspect.Parameter(boost[1], inspect.Parameter.POSITIONAL_ONLY)
    name = re.split(r"[:=]", text)[0].strip()
    if name.startswith("**"):
        return inspect.Parameter(name[2:], inspect.Parameter.VAR_KEYWORD)
    if name.startswith("*"):
        return inspect.Parameter(name[1:] or "args", inspect.Parameter.VAR_POSITIONAL)
    unnamed = re.fullmatch(r"arg\d+", name)
    kind = inspect.Parameter.POSITIONAL_ONLY if unnamed else inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind)


def wrong(at: Place, overloads: list[Parameters]) -> list[tuple[str, str]]:
    """Return what is wrong with a place: (what kind, words); nothing if one overload fits."""
    worst: list[tuple[str, str]] = []
    for params in overloads:
        faults = list(_wrong(at, params))
        if not faults:
            return []
        worst = worst if worst and len(worst) <= len(faults) else faults
    return worst


def _wrong(at: Place, params: Parameters) -> Iterator[tuple[str, str]]:
    if at.last:
        for i in range(at.index or 0, at.last + 1):
            yield from _wrong(Place(i, 0, at.names[i - (at.index or 0) :][:1]), params)
        return
    kinds = inspect.Parameter
    positional = [p for p in params if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)]
    spread = any(p.kind is kinds.VAR_POSITIONAL for p in params)
    named = {p.name for p in params if p.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)}
    if at.every and not spread:
        yield "repeat", "there is no * argument to repeat in"
    if at.index is not None and at.index >= len(positional) and not spread:
        yield "position", f"there are {len(positional)} positions, not {at.index + 1}"
    if at.index is not None and at.index < len(positional) and not at.every:
        real = positional[at.index]
        if real.kind is kinds.POSITIONAL_OR_KEYWORD and real.name not in at.names:
            yield "unnamed", f"position {at.index} may be given as {real.name}="
    if not any(p.kind is kinds.VAR_KEYWORD for p in params):
        for name in at.names:
            if name not in named:
                yield f"keyword {name}", f"there is no keyword {name}; there are {', '.join(sorted(named)) or 'none'}"
