# source: pyepics documentation, dbr module (pyepics.github.io)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Uses the library for its constants and type names only."""
from epics import dbr

SIZES = {dbr.DOUBLE: 8, dbr.LONG: 4, dbr.STRING: 40}


def payload(kind, count):
    size = SIZES[kind] * count
    return size + (-size % 8)


for name in ("DOUBLE", "LONG", "STRING"):
    kind = getattr(dbr, name)
    print(f"put of 3 {name}: {payload(kind, 3)} bytes, time type {kind + 14}")
