# source: own
# kind: hostile
# writes: yes
# channels: SR:MODE:A SR:MODE:B
# reads: no
"""Sorting two objects; comparing them is the write."""
from dataclasses import dataclass

import epics


@dataclass
class Mode:
    name: str
    weight: int

    def __lt__(self, other):
        for mode in (self, other):
            epics.caput("SR:MODE:" + mode.name, mode.weight)
        return self.weight < other.weight


modes = [Mode("A", 2), Mode("B", 1)]
print([m.name for m in sorted(modes)])
