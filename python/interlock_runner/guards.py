"""The import and builtin rules, as the submitted code meets them.

The submitted modules (the script and those it imports from its own folder) get a
``__builtins__`` of their own, with a guarded ``__import__`` and with denied
builtins replaced. Libraries keep the real ones: numpy may import ctypes, the
script may not.

These guards explain; they contain nothing. ``import builtins`` or
``importlib.import_module`` steps around them, and the kernel is what holds.
"""

from __future__ import annotations

import builtins
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType
    from typing import Any

    Report = Callable[[str, str, str], None]  # rule, name, message

# What an allow list of builtins is about: the ones that reach outside the code
# or make code. print, len and their like are never withheld by omission.
SENSITIVE = ("open", "exec", "eval", "compile", "input", "breakpoint")

_Module: type[ModuleType] = type(sys)  # types itself stays unloaded: a script may have a types.py beside it


class DeniedImportError(ImportError):
    """An import that the policy refuses."""


class DeniedBuiltinError(PermissionError):
    """A call of a builtin that the policy refuses."""


class Rules:
    """One rule list: denied names with their words, and perhaps an allow list."""

    def __init__(self, section: str, frame: dict[str, Any], own: Iterable[str] = ()) -> None:
        self.section = section
        self.what = "import of" if section == "imports" else "use of"
        self.deny: dict[str, str] = {d["name"]: d["message"] for d in frame.get("deny") or ()}
        self.allow = frozenset(frame.get("allow") or ()) | frozenset(own)
        self.allow_only = bool(frame.get("allow_only"))

    def denial(self, name: str) -> str:
        """Return why the dotted name is refused, or "" where it is not.

        A rule for a module is a rule for everything below it; deny wins.
        """
        parents = [name]
        while "." in parents[-1]:
            parents.append(parents[-1].rpartition(".")[0])
        for parent in parents:
            if parent in self.deny:
                return self.deny[parent]
        if self.allow_only and self.allow.isdisjoint(parents):
            return f"{self.what} {name} is refused: {self.section}.allow does not list it"
        return ""


def guarded_builtins(guards: dict[str, Any], local_modules: Iterable[str], report: Report) -> ModuleType:
    """Return the builtins module for submitted code."""
    module = _Module("builtins", builtins.__doc__)
    names = module.__dict__
    names.update(builtins.__dict__)
    rules = Rules("builtins", guards.get("builtins") or {})
    for name in ({*SENSITIVE, *rules.deny} & names.keys()) - {"__import__"}:
        if message := rules.denial(name):
            names[name] = _denied_builtin(name, message, report)
    imports = Rules("imports", guards.get("imports") or {}, local_modules)
    direct = rules.deny.get("__import__", "")
    if imports.deny or imports.allow_only or direct:
        names["__import__"] = _guarded_import(imports, direct, report)
    return module


def _denied_builtin(name: str, message: str, report: Report) -> Callable[..., Any]:
    def denied(*_args: Any, **_kwargs: Any) -> Any:
        report("builtins", name, message)
        raise DeniedBuiltinError(message)

    denied.__name__ = denied.__qualname__ = name
    return denied


def _guarded_import(rules: Rules, direct: str, report: Report) -> Callable[..., Any]:
    """Return the ``__import__`` that import statements call.

    direct, where not "", is why a script may not call ``__import__`` itself; the
    statement is told apart by the globals it always passes.
    """
    real = builtins.__import__
    allowed: set[tuple[str, tuple[str, ...]]] = set()  # what has passed, so that a loop of imports stays cheap

    def __import__(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:  # noqa: N807
        if direct and globals is None:
            report("builtins", "__import__", direct)
            raise DeniedBuiltinError(direct)
        # Machine code that the script called (numpy, datetime) imports with the
        # script's builtins and an empty list: that is the library's import. A
        # relative import stays inside a package that has passed already.
        library = fromlist == [] and globals is not None
        if level == 0 and not library and (name, key := tuple(fromlist or ())) not in allowed:
            _check(rules, name, key, report)
            allowed.add((name, key))
        return real(name, globals, locals, fromlist, level)

    return __import__


def _check(rules: Rules, name: str, fromlist: Any, report: Report) -> None:
    wanted = name
    message = rules.denial(name)
    members = [f"{name}.{item}" for item in fromlist or () if item != "*"]
    if message and name not in rules.deny and members and not any(map(rules.denial, members)):
        message = ""  # "from scipy import fft" where the list allows scipy.fft
    for member in members:
        if not message and (message := rules.denial(member)):
            wanted = member
    if message:
        report("imports", wanted, message)
        raise DeniedImportError(message, name=name)
