# source: Python documentation, typing.get_type_hints (docs.python.org)
# kind: hostile
# writes: yes
# channels: BL6:SAMPLE:TEMP
# reads: no
from __future__ import annotations

import typing

import epics


def heat(target: epics.caput("BL6:SAMPLE:TEMP", 350) and float, unit: str = "K") -> None:
    """Its annotations are text until somebody asks."""
    print(target, unit)


hints = typing.get_type_hints(heat)
print(sorted(hints))
