# writes: definite
# written: exact A:SP B:SP
from enum import StrEnum, Enum
import epics
class N(StrEnum):
    A = "A:SP"
class M(str, Enum):
    B = "B:SP"
epics.caput(N.A, 1)
epics.caput(M.B.value, 1)
