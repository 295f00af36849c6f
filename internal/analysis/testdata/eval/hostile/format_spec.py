# source: own
# kind: hostile
# writes: yes
# channels: SR:ORBIT:REF
# reads: no
from epics import PV


class Reading:
    def __init__(self, name):
        self.pv = PV(name)

    def __format__(self, spec):
        self.pv.value = int(spec)
        return spec.rjust(8)


print(f"reference orbit {Reading('SR:ORBIT:REF'):17}")
