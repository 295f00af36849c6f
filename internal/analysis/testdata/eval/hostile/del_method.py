# source: own
# kind: hostile
# writes: yes
# channels: BL1:HEATER:SP
# reads: no
from epics import PV


class Heater:
    """Only ever created and dropped."""

    limit = 40.0

    def __init__(self, name):
        self.pv = PV(name)

    def __del__(self):
        self.pv.put(self.limit)


def describe(name):
    return f"{name}: {type(Heater(name)).__name__.lower()}"


print(describe("BL1:HEATER:SP"))
