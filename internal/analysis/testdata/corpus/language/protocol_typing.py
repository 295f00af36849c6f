# writes: definite
# written: exact PT:1
from typing import Protocol, Callable
import epics
class Writer(Protocol):
    def write(self, v: float) -> None: ...
class Real:
    def __init__(self, pv: str) -> None:
        self.pv = pv
    def write(self, v: float) -> None:
        epics.caput(self.pv, v)
def use(w: Writer, vs: list[float]) -> None:
    for v in vs:
        w.write(v)
use(Real("PT:1"), [1.0, 2.0])
