# source: own
# kind: hostile
# writes: yes
# channels: SR:QD:SP SR:QF:SP
# reads: no
"""Plain-looking attributes of a plain-looking optics object."""
import epics


class Strength:
    def __set_name__(self, owner, name):
        self.name = f"SR:{name.upper()}:SP"

    def __get__(self, obj, owner=None):
        return obj.__dict__.get(self.name, 0.0)

    def __set__(self, obj, value):
        obj.__dict__[self.name] = value
        epics.PV(self.name).value = value


class Optics:
    qf = Strength()
    qd = Strength()

    def __init__(self, k1, k2):
        self.qf, self.qd = k1, k2


model = Optics(1.42, -1.37)
print(model.qf + model.qd)
