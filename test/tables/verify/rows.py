"""Holds every row of a table against the library."""

from __future__ import annotations

import importlib.metadata
import inspect
import types
import typing
from collections import Counter
from collections.abc import Iterable

from . import arguments, names
from .exceptions import Exceptions


class Table:
    """One table with the library it is about. check fills faults and counts."""

    def __init__(self, module: str, table: dict, exceptions: Exceptions) -> None:
        self.module, self.table, self.exceptions = module, table, exceptions
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()

    def check(self) -> None:
        """Check all rows."""
        if "same_as" in self.table:
            self._same(self.table["same_as"])
            return
        for name, row in self.table.get("functions", {}).items():
            self._function(f"functions.{name}", name, row)
        for name in self.classes:
            self._class(f"classes.{name}", self.real(name), name)
        for alias, target in self.table.get("aliases", {}).items():
            self._alias(alias, target)
        for name in self.table.get("harmless", []):
            self._found(f"harmless.{name}", name)

    @property
    def classes(self) -> dict:
        """The rows of classes."""
        return self.table.get("classes", {})

    def real(self, name: str) -> object:
        """The class that the row of a class is about, None if it is nowhere."""
        path = self.exceptions.stands_for(self.module, name) or f"{self.module}.{name}"
        try:
            return names.resolve(path)
        except names.AbsentError as absent:
            self.fault(f"classes.{name}", "absent", str(absent))
            return None

    def fault(self, row: str, kind: str, words: str) -> None:
        """Report a fault unless an exception explains it."""
        text = f"{self.module}.yaml: {row}: {words} [{kind}]"
        if not self.exceptions.explains(self.module, row, kind) and text not in self.faults:
            self.faults.append(text)

    def _same(self, other: str) -> None:
        self.counts["module"] += 1
        mine, theirs = names.resolve(self.module), names.resolve(other)
        for name in getattr(theirs, "__all__", None) or dir(theirs):
            if not name.startswith("_") and inspect.isclass(getattr(theirs, name, None)):
                if getattr(mine, name, None) is not getattr(theirs, name):
                    self.fault("same_as", f"differs {name}", f"{name} is not the one of {other}")

    def _found(self, row: str, name: str) -> object:
        self.counts[row.partition(".")[0]] += 1
        try:
            return names.resolve(f"{self.module}.{name}")
        except names.AbsentError as absent:
            self.fault(row, "absent", str(absent))
            return None

    def _function(self, row: str, name: str, spec: dict) -> None:
        found = self._found(row, name)
        if found is None:
            return
        if not callable(found):
            self.fault(row, "callable", "it cannot be called")
            return
        self._places(row, spec, lambda: arguments.of_callable(found))
        self._returns(row, spec, found)

    def _alias(self, alias: str, target: str) -> None:
        found = self._found(f"aliases.{alias}", alias)
        if found is None:
            return
        if target in self.classes:
            self._class(f"aliases.{alias}", found, target)
        else:
            self._places(f"aliases.{alias}", self.table["functions"][target], lambda: arguments.of_callable(found))

    def _class(self, row: str, cls: object, name: str) -> None:
        """Check that cls is as the row name says, with the rows it inherits."""
        if cls is None:
            return
        if not inspect.isclass(cls):
            self.fault(row, "class", "it is not a class")
            return
        self.counts["classes"] += 1
        self._places(row, {"channel": self.classes[name].get("channel", "")}, lambda: arguments.of_callable(cls))
        for spec in self._with_parents(name):
            for method, method_row in spec.get("methods", {}).items():
                self._method(f"{row}.methods.{method}", cls, method, method_row)
            for kind in ("loads", "stores"):
                for attribute in spec.get(kind, {}):
                    self._attribute(f"{row}.{kind}.{attribute}", cls, attribute, kind)
            for part, child in spec.get("children", {}).items():
                self._child(f"{row}.children.{part}", cls, part, child)
            self._dynamic(row, cls, spec)

    def _with_parents(self, name: str) -> Iterable[dict]:
        """Yield the rows of a class and its parents, each member where the nearest says it."""
        seen: set[tuple[str, str]] = set()
        while name:
            spec = self.classes[name]
            nearest = dict(spec)
            for kind in ("methods", "loads", "stores", "children"):
                members = spec.get(kind, {})
                nearest[kind] = {k: v for k, v in members.items() if (kind, k) not in seen}
                seen.update((kind, k) for k in members)
            yield nearest
            name = spec.get("inherits", "")

    def _method(self, row: str, cls: type, name: str, spec: dict) -> None:
        self.counts["methods"] += 1
        if names.member(cls, name) is None or not callable(getattr(cls, name)):
            if name in names.instance_attributes(cls):
                return  # a callable kept on the instance: its arguments cannot be seen
            self.fault(row, "absent", f"{cls.__module__}.{cls.__name__} has no method {name}")
            return
        self._places(row, spec, lambda: arguments.of_method(cls, name))
        self._returns(row, spec, getattr(cls, name))

    def _attribute(self, row: str, cls: type, name: str, kind: str) -> None:
        self.counts[kind] += 1
        stored = names.member(cls, name)
        if isinstance(stored, property):
            if kind == "stores" and stored.fset is None:
                self.fault(row, "setter", f"{cls.__name__}.{name} cannot be set")
        elif stored is None and name not in names.instance_attributes(cls) and not names.mentioned(cls, name):
            self.fault(row, "absent", f"{cls.__module__}.{cls.__name__} has no attribute {name}")

    def _child(self, row: str, cls: type, name: str, child: dict) -> None:
        self.counts["children"] += 1
        component = names.member(cls, name)
        real = self.real(child["class"])
        suffix = child.get("suffix", "")
        if hasattr(component, "suffix") and hasattr(component, "cls"):
            if component.suffix != suffix:
                self.fault(row, "suffix", f"its suffix is {component.suffix!r}, not {suffix!r}")
            if real is not None and not issubclass(component.cls, real):
                self.fault(row, "class", f"it is a {component.cls.__name__}")
        elif name not in names.instance_attributes(cls):
            self.fault(row, "absent", f"{cls.__name__} has no part {name}")
        elif suffix not in names.source(cls):
            self.fault(row, "suffix", f"the source of {cls.__name__} does not say {suffix!r}")

    def _dynamic(self, row: str, cls: type, spec: dict) -> None:
        rules = spec.get("any_attribute", {}), spec.get("items", {})
        for rule, key, needed in ((0, "load", "__getattr__"), (0, "store", "__setattr__"),
                                  (1, "load", "__getitem__"), (1, "store", "__setitem__")):  # fmt: skip
            if rules[rule].get(key):
                self.counts["dynamic"] += 1
                if getattr(cls, needed, None) in (None, getattr(object, needed, None)):
                    self.fault(f"{row}.{('any_attribute', 'items')[rule]}", "absent", f"{cls.__name__} has no {needed}")

    def _places(self, row: str, spec: dict, overloads: typing.Callable) -> None:
        texts = {key: spec.get(key, "") for key in ("channel", "value", "runs", "relative")}
        texts |= {f"choose.{i}": choice.get("arg", "") for i, choice in enumerate(spec.get("choose", []))}
        component = spec.get("component", {})
        texts |= {f"component.{key}": component.get(key, "") for key in ("class", "suffix")}
        for key, text in texts.items():
            if text == "":  # 0 is a place
                continue
            params = overloads()
            self.counts["arguments" if params else "arguments that cannot be seen"] += 1
            for kind, words in arguments.wrong(arguments.place(str(text)), params):
                self.fault(row, kind, f"{key} is {text!r}: {words}")

    def _returns(self, row: str, spec: dict, found: object) -> None:
        if "returns" not in spec:
            return
        real, said = self.real(spec["returns"]), _returned(found)
        if real is None or said is None:
            self.counts["return classes that cannot be seen"] += 1
            return
        self.counts["return classes"] += 1
        if not issubclass(said, real) and not issubclass(real, said):
            self.fault(row, "returns", f"it returns a {said.__name__}")


def _returned(found: object) -> type | None:
    """Return the class that a callable is annotated to return, None if it is not."""
    if inspect.isclass(found):
        return found
    try:
        said = typing.get_type_hints(found).get("return")
    except Exception:  # an annotation may name anything at all
        return None
    said = typing.get_origin(said) or said
    plain = (list, dict, object, types.UnionType)
    return said if inspect.isclass(said) and said not in plain else None


def commands(table: dict, exceptions: Exceptions) -> tuple[list[str], Counter[str]]:
    """Check the command-line tools that Python packages install."""
    faults, counts = [], Counter()
    scripts = {entry.name for entry in importlib.metadata.entry_points(group="console_scripts")}
    for name, row in table.items():
        counts["commands" if row["library"] in ("caproto", "asyncua") else "commands of other packages"] += 1
        if row["library"] in ("caproto", "asyncua") and name not in scripts:
            if not exceptions.explains("_commands", name, "absent"):
                faults.append(f"_commands.yaml: {name}: no package installs it [absent]")
    return faults, counts
