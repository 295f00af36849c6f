# writes: none
# reads: definite
from dataclasses import dataclass, field
from types import SimpleNamespace

import epics


@dataclass
class Settings:
    channel: str = "SR:CURRENT"
    n: int = 3
    log: list = field(default_factory=list)


s = Settings()
print({k: v for k, v in vars(s).items() if not k.startswith("_")})
for name, value in SimpleNamespace(a=1, b=2).__dict__.items():
    s.log.append((name, value))
print(epics.caget(s.channel), sorted(vars(s)), dict(vars(Settings)))
print([k for k in globals() if k.isupper()])
