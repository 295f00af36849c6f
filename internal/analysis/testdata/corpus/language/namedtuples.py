# writes: definite
# written: exact X:1 X:2 Y:1
from collections import namedtuple
from typing import NamedTuple
import epics
Point = namedtuple("Point", "pv value")
class Row(NamedTuple):
    pv: str
    value: float = 1.0
for p in [Point("X:1", 1), Point(pv="X:2", value=2)]:
    epics.caput(p.pv, p.value)
r = Row("Y:1")
epics.caput(r.pv, r.value)
name, v = r
epics.caput(name, v)
