"""Finds a library's symbols by their dotted names."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from functools import cache


class AbsentError(Exception):
    """There is no symbol of that name."""


def resolve(path: str) -> object:
    """Return the module, class, function or attribute at a dotted path."""
    first, *rest = path.split(".")
    found, done = _import(first, path), first
    for name in rest:
        done += "." + name
        # As `from package import name` does: what the package binds, else the module.
        found = getattr(found, name) if hasattr(found, name) else _import(done, path)
    return found


def _import(module: str, path: str) -> object:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as missing:
        # A dependency that is missing inside the library is not a wrong name.
        if missing.name and not path.startswith(missing.name):
            raise AbsentError(f"importing {module} needs {missing.name}, which is not installed") from None
        raise AbsentError(f"there is no {module}") from None
    except ImportError as refused:
        raise AbsentError(f"importing {module}: {refused}") from None


def member(cls: type, name: str) -> object:
    """Return a class's attribute as it is stored, without binding it; None if there is none."""
    return inspect.getattr_static(cls, name, None)


@cache
def instance_attributes(cls: type) -> frozenset[str]:
    """Return the names that the methods of cls and its bases set on self, and annotated ones."""
    found: set[str] = set()
    for base in cls.__mro__[:-1]:
        found.update(vars(base).get("__annotations__", {}), vars(base).get("__slots__", ()))
        found.update(_set_on_self(base))
    return frozenset(found)


@cache
def source(cls: type) -> str:
    """Return the text of a class, "" where it is not written in Python."""
    try:
        return textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):
        return ""


def mentioned(cls: type, name: str) -> bool:
    """Report whether a class that makes attributes up has name among its strings."""
    return any(f"'{name}'" in source(base) or f'"{name}"' in source(base)
               for base in cls.__mro__[:-1] if {"__getattr__", "__setattr__"} & set(vars(base)))  # fmt: skip


def _set_on_self(cls: type) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source(cls))):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id == "self":
                found.add(node.attr)
    return found
