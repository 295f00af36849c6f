# source: magnet standardisation macros of ALBA and Sirius (cycle_magnets), redone over pyepics
# kind: writing
# writes: yes
# channels: LTB:B1:I_SET LTB:Q1:I_SET LTB:Q2:I_SET
# reads: yes
from dataclasses import dataclass, field
from itertools import cycle, islice
import time

import epics


@dataclass(frozen=True)
class Magnet:
    prefix: str
    low: float
    high: float
    loops: int = 2
    suffix: str = field(default=":I_SET", repr=False)

    @property
    def setpoint(self) -> str:
        return self.prefix + self.suffix

    def ladder(self):
        return islice(cycle((self.high, self.low)), 2 * self.loops)


MAGNETS = (
    Magnet("LTB:B1", 0.0, 480.0, loops=1),
    Magnet("LTB:Q1", 0.0, 120.0),
    Magnet("LTB:Q2", 0.0, 120.0),
)


def standardise(magnet: Magnet, pause: float = 5.0) -> None:
    before = epics.caget(magnet.setpoint)
    for amps in magnet.ladder():
        epics.caput(magnet.setpoint, amps, wait=True, timeout=120)
        time.sleep(pause)
    epics.caput(magnet.setpoint, before, wait=True, timeout=120)


for m in MAGNETS:
    print("cycling", m)
    standardise(m)
