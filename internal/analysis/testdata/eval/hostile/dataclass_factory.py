# source: own
# kind: hostile
# writes: yes
# channels: SR:RF:PHASE SR:RF:VOLT
# reads: no
from dataclasses import dataclass, field
from functools import partial

import epics


def from_channel(name, value):
    return field(default_factory=partial(epics.caput, name, value))


@dataclass
class Settings:
    label: str = "nominal"
    voltage: int = from_channel("SR:RF:VOLT", 2.4)
    phase: int = from_channel("SR:RF:PHASE", 161)


print(Settings(label="user run"))
