# writes: definite
# written: exact A:SP
from enum import Enum
import epics
class N(Enum):
    A = "A:SP"
def go(n: N):
    epics.caput(n.value, 1)
go(N.A)
go(N("A:SP"))
