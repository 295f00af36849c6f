"""What is known to differ from the installed libraries, each with its reason.

A line is "TABLE ROW KIND... # why", or "TABLE CLASS is DOTTED.NAME # why" for a
class that the table names by itself. One that explains nothing is a fault, so
the list cannot outlive its reasons.
"""

from __future__ import annotations

import fnmatch


class Exceptions:
    """The lines of a file that are about one table, and which of them were needed."""

    def __init__(self, path: str, table: str) -> None:
        self._table = table
        self._known: set[tuple[str, str, str]] = set()
        self._classes: dict[tuple[str, str], str] = {}
        self._used: set[tuple[str, str, str]] = set()
        self.faults: list[str] = []
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                self._read(line, f"{path}:{number}")

    def _read(self, line: str, at: str) -> None:
        text, _, why = line.partition("#")
        words = text.split()
        if not words:
            return
        if len(words) < 3 or not why.strip():
            self.faults.append(f"{at}: write TABLE ROW KIND # why")
            return
        if words[0] != self._table:
            return
        table, row, kind = words[0], words[1], " ".join(words[2:])
        self._known.add((table, row, kind))
        if words[2] == "is":
            self._classes[table, row] = words[3]

    def explains(self, table: str, row: str, kind: str) -> bool:
        """Report whether a fault is explained; the row of an exception may hold * for anything."""
        for known in self._known:
            if known[0] == table and known[2] == kind and fnmatch.fnmatchcase(row, known[1]):
                self._used.add(known)
                return True
        return False

    def stands_for(self, table: str, name: str) -> str:
        """Return the real name of a class that a table names by itself, or ""."""
        real = self._classes.get((table, name), "")
        if real:
            self._used.add((table, name, f"is {real}"))
        return real

    def unused(self) -> list[str]:
        """Return what explains nothing."""
        return [f"exceptions.txt: {' '.join(key)}: explains nothing" for key in sorted(self._known - self._used)]
