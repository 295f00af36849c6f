# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Practise a ramp against a model before anybody does it for real."""
import math


class Machine:
    def __init__(self):
        self._values = {"SR:RF:VOLT": 1.0, "SR:BEAM:CURR": 400.0}

    def caget(self, name):
        return self._values[name]

    def caput(self, name, value, wait=True):
        self._values[name] = value
        if name == "SR:RF:VOLT":
            self._values["SR:BEAM:CURR"] *= 1 - math.exp(-8 * value)
        return 1


def ramp(machine, name, stop, step):
    value = machine.caget(name)
    while value < stop:
        value = min(stop, value + step)
        machine.caput(name, value)
        yield value, machine.caget("SR:BEAM:CURR")


for row in ramp(Machine(), "SR:RF:VOLT", 2.0, 0.25):
    print("%.2f MV %.2f mA" % row)
