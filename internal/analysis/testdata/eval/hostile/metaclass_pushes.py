# source: own
# kind: hostile
# writes: yes
# channels: LTB:B1:SP LTB:B2:SP
# reads: no
"""A table of nominal currents; the class statement itself sends them."""
from epics import caput


class Nominal(type):
    def __new__(mcs, name, bases, body):
        for key, value in body.items():
            if isinstance(value, float):
                caput(body["prefix"] + key + ":SP", value)
        return super().__new__(mcs, name, bases, body)


class Transfer(metaclass=Nominal):
    prefix = "LTB:"
    B1 = 312.5
    B2 = 298.0


print(Transfer.B1 - Transfer.B2)
