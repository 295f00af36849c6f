"""save_artifact(): a file in the run's workspace from what scientists have in hand."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def save(workspace: str, name: str, data: Any) -> str:
    """Write data to name below workspace and return the file's path.

    Text and bytes are written as they are, figures in the format that the name
    ends in, tables as CSV, arrays as .npy, and what JSON can say as JSON.
    """
    path = os.path.normpath(os.path.join(workspace, name))
    if os.path.isabs(name) or not path.startswith(os.path.normpath(workspace) + os.sep):
        raise ValueError(
            f"save_artifact: {name!r} must be the name of a file inside the workspace, such as 'table.csv'"
        )
    os.makedirs(os.path.dirname(path), exist_ok=True)
    _write(path, data)
    return path


def _write(path: str, data: Any) -> None:
    if isinstance(data, (bytes, bytearray, memoryview)):
        with open(path, "wb") as raw:
            raw.write(data)
    elif isinstance(data, str):
        _write_text(path, data)
    elif hasattr(data, "savefig"):
        data.savefig(path)
    elif hasattr(data, "to_csv"):
        data.to_csv(path)
    elif path.endswith(".npy"):
        import numpy

        numpy.save(path, data)
    else:
        from .jsontext import encode

        _write_text(path, encode(data, "data") + "\n")


def _write_text(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
