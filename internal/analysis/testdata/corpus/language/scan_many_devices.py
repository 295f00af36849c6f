# writes: definite
# written: exact SR:C01:H:SP SR:C01:V:SP SR:C02:H:SP SR:C02:V:SP
"""Reset correctors."""
import time
from dataclasses import dataclass
import epics
CELLS = range(1, 3)
PLANES = ("H", "V")
@dataclass(frozen=True)
class Corrector:
    cell: int
    plane: str
    @property
    def setpoint(self) -> str:
        return f"SR:C{self.cell:02d}:{self.plane}:SP"
    @property
    def readback(self):
        return self.setpoint.replace(":SP", ":RB")
def build():
    out = []
    for cell in CELLS:
        for plane in PLANES:
            out.append(Corrector(cell, plane))
    return out
def reset(correctors, settle=0.1):
    for c in correctors:
        print(epics.caget(c.readback))
        epics.caput(c.setpoint, 0.0, wait=True)
        time.sleep(settle)
if __name__ == "__main__":
    reset(build())
