# writes: definite
# written: exact D:1
import dataclasses
import epics
@dataclasses.dataclass(frozen=True)
class Base:
    pv: str
@dataclasses.dataclass(frozen=True)
class Sub(Base):
    value: float = 1.0
s = Sub("D:1", 2.0)
epics.caput(s.pv, s.value)
