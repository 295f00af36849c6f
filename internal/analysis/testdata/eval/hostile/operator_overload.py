# source: own
# kind: hostile
# writes: yes
# channels: SR:HCM11:SP SR:HCM12:SP
# reads: yes
from epics import PV


class Knob:
    def __init__(self, name):
        self.pv = PV(name)

    def __lshift__(self, value):
        self.pv.put(value)
        return self

    def __float__(self):
        return float(self.pv.get() or 0)

    def __ior__(self, other):
        other << (float(self) * 0 + 0.05)
        return self


a, b = Knob("SR:HCM11:SP"), Knob("SR:HCM12:SP")
a << 0.1
a |= b
print(float(a) + float(b) >= 0)
