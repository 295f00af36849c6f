"""The modules that the script imports from its own folder: run as they were analysed."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType
    from typing import Any


class Pinned:
    """The files of the submission as they were analysed, by path inside the sandbox.

    Whoever else can change the folder on the host must not change what runs. The
    run executes these texts; restore() also puts them on disk, for child
    processes that import the script again, for inspect and for tracebacks.
    """

    def __init__(self, pins: Iterable[dict[str, str]]) -> None:
        self._sources = {pin["path"]: pin["source"].encode("utf-8") for pin in pins}

    def get(self, path: str) -> bytes | None:
        """Return the analysed bytes of path, or None where it was not part of the submission."""
        return self._sources.get(path)

    def restore(self) -> None:
        """Write every file into the run's own layer of the folder, in place of whatever is there.

        A package folder that the user may only read, as in a shared folder of
        scripts, stays so in that layer. There a file is left as it lies if it is
        what was analysed. Its owner could still change it for a child process
        that imports it later, on the host and until the run ends; this process
        executes the analysed text in any case.
        """
        for path, source in self._sources.items():
            try:
                _replace(path, source)
            except PermissionError:
                if _content(path) != source:
                    raise


def _replace(path: str, source: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # A name that nothing in the folder can have: it holds whatever its owner put there.
    beside = os.path.join(os.path.dirname(path), ".interlock-" + os.urandom(12).hex())
    with open(beside, "xb") as file:
        file.write(source)
    os.replace(beside, path)


def _content(path: str) -> bytes | None:
    """Return what the file holds, or None where it cannot be read as a plain file."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return file.read()
    except OSError:
        return None


class LocalFinder:
    """Loads the submitted modules beside the script, with the guarded builtins.

    It reads the source that analysis has read: neither a cached ``.pyc`` nor a
    compiled module of the same name is taken in its place.
    """

    def __init__(self, names: Iterable[str], folder: str, guarded: ModuleType, pinned: Pinned) -> None:
        self._names = frozenset(names)
        self._folder = folder
        self._guarded = guarded
        self._pinned = pinned
        self._finder = sys.modules["_frozen_importlib_external"].PathFinder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return a spec for a submitted module and None for any other."""
        if name.partition(".")[0] not in self._names:
            return None
        spec = self._finder.find_spec(name, [self._folder] if path is None else path, target)
        if spec is None or spec.loader is None:  # not in the folder, or a folder without __init__
            return spec
        if not hasattr(spec.loader, "source_to_code") or not spec.origin.endswith(".py"):
            raise ImportError(
                f"{name} beside the script is {spec.origin}, which is not the source that was analysed", name=name
            )
        spec.loader.exec_module = self._loading(spec.loader)
        return spec

    def _loading(self, loader: Any) -> Callable[[ModuleType], None]:
        def exec_module(module: ModuleType) -> None:
            source = self._pinned.get(loader.path)
            if source is None:
                source = loader.get_data(loader.path)
            code = loader.source_to_code(source, loader.path)
            module.__dict__["__builtins__"] = self._guarded
            exec(code, module.__dict__)

        return exec_module
