# writes: definite
# written: exact X:1
from collections import namedtuple
import epics
P = namedtuple("P", ["pv", "value"])
p = P("X:1", 3)
pv, value = p
epics.caput(pv, value)
epics.caput(p[0], p[1])
epics.caput(*p)
