# writes: definite
# written: exact SR:HCM1:SP SR:HCM2:SP
import enum
from epics import caput
class Pv(enum.Enum):
    H1 = "SR:HCM1:SP"
    H2 = "SR:HCM2:SP"
    @property
    def pv(self):
        return self.value
for p in Pv:
    caput(p.value, 0.0)
caput(Pv.H1.pv, 1)
caput(Pv["H2"].value, 1)
