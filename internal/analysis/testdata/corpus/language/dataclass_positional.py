# writes: definite
# written: exact M1:SP M2:SP
from dataclasses import dataclass, field
from epics import PV
@dataclass
class Magnet:
    name: str
    current: float = 0.0
    tags: list = field(default_factory=list)
    def apply(self):
        PV(f"{self.name}:SP").put(self.current)
for m in (Magnet("M1", 1.0), Magnet(name="M2")):
    m.apply()
