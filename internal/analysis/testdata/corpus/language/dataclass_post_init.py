# writes: definite
# written: exact S:K1:SP
from dataclasses import dataclass, field
from epics import PV
@dataclass
class Knob:
    prefix: str
    pv: PV = field(init=False)
    def __post_init__(self):
        self.pv = PV(self.prefix + ":SP")
    def set(self, v):
        self.pv.put(v)
Knob("S:K1").set(4)
