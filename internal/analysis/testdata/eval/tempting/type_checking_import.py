# source: Python documentation, typing.TYPE_CHECKING (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from epics import PV
    from ophyd import EpicsMotor


class Memory:
    def __init__(self):
        self.values = []

    def put(self, value):
        self.values.append(value)


def scale(target: PV | EpicsMotor | Memory, values: list[float], factor: float) -> None:
    for value in values:
        target.put(value * factor)


memory = Memory()
scale(memory, [1.0, 2.0], 0.5)
print(memory.values)
