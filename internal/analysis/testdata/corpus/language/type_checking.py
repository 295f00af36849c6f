# writes: definite
# written: exact TC:1
from __future__ import annotations
from typing import TYPE_CHECKING
import epics
if TYPE_CHECKING:
    from epics import PV
def go(pv: PV) -> None:
    pv.put(1)
go(epics.PV("TC:1"))
