"""The submitted code as the real ``__main__`` module."""

from __future__ import annotations

import _ast
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

_FUTURES = 0x1FF0000  # the bits of co_flags that "from __future__ import" sets


class Program:
    """Compiled code: the statements, and the last one apart if it is an expression.

    Construction raises what compile() raises. The source's byte order mark is
    dropped, as the interpreter does when it reads a file.
    """

    def __init__(self, source: str, path: str) -> None:
        source = source.removeprefix("\ufeff")
        self.path = path
        # The tree, not the source, is compiled a second time: a SyntaxWarning
        # would be shown twice otherwise.
        tree: Any = compile(source, path, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
        last = None
        if tree.body and isinstance(tree.body[-1], _ast.Expr) and not source.rstrip().endswith(";"):
            last = tree.body.pop()
        self.body: CodeType = compile(tree, path, "exec", dont_inherit=True)
        self.last: CodeType | None = None
        if last is not None:
            flags = self.body.co_flags & _FUTURES
            self.last = compile(_ast.Expression(last.value), path, "eval", flags, dont_inherit=True)

    def run(self, module: ModuleType) -> Any:
        """Execute the code in module and return the value of its last expression."""
        names = module.__dict__
        exec(self.body, names)
        return None if self.last is None else eval(self.last, names)


def become_main(frame: dict[str, Any], guarded: ModuleType) -> ModuleType:
    """Make ``sys.modules['__main__']`` what ``python3 path args`` would find there.

    Pickle, multiprocessing and inspect look for exactly these attributes. The
    module object stays, so that the interpreter clears it last at its exit.
    """
    path = frame.get("path") or frame.get("name") or "<stdin>"
    real_file = not path.startswith("<")
    sys.argv = [path if real_file else "-", *(frame.get("argv") or ())]
    sys.path[:0] = _search_path(frame.get("folder") or "")
    main = sys.modules["__main__"]
    names = main.__dict__
    names.clear()
    names.update(__name__="__main__", __doc__=None, __package__=None, __spec__=None, __loader__=None)
    names.update(__annotations__={}, __builtins__=guarded)
    if real_file:
        loader = sys.modules["_frozen_importlib_external"].SourceFileLoader
        names.update(__file__=path, __cached__=None, __loader__=loader("__main__", path))
    return main


def _search_path(folder: str) -> list[str]:
    """Return what -I kept off sys.path: the script's folder and PYTHONPATH."""
    import os

    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [entry for entry in [folder, *entries] if entry]


def import_beside_path(finder: Any) -> None:
    """Put finder where the folder would be searched: after built-in and frozen modules."""
    places = [i for i, f in enumerate(sys.meta_path) if getattr(f, "__name__", "") == "PathFinder"]
    sys.meta_path.insert(places[0] if places else len(sys.meta_path), finder)
