# source: p4p documentation, normative types (mdavidsaver.github.io/p4p)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Builds values of normative types; no context, no server."""
from p4p.nt import NTScalar

scalar = NTScalar("d", display=True)
value = scalar.wrap(4.2)
value["display.units"] = "mm"
value.value = 5.5
print(float(value.value), value["display.units"])
