# writes: definite
# written: exact A:1 A:2
from dataclasses import dataclass, field
import epics
@dataclass
class Config:
    pvs: list = field(default_factory=lambda: ["A:1", "A:2"])
    value: float = 2.5
cfg = Config()
for pv in cfg.pvs:
    epics.caput(pv, cfg.value)
