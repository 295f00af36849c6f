# writes: definite
# written: exact A:x:SP B:y:SP
import epics
class Dev:
    def __init__(self, area, name):
        self.area = area
        self.name = name
    def put(self, v):
        epics.caput(f"{self.area}:{self.name}:SP", v)
devs = [Dev("A", "x"), Dev("B", "y")]
for d in devs:
    d.put(1)
