# writes: definite
# reads: definite
# access: read epics.PV exact[A B] unknown[] definite
# access: write epics.PV.put exact[A B] constant[3] definite
# unresolved: -
import epics
class Group:
    def __init__(self):
        self.pvs = {}
    def add(self, name):
        self.pvs[name] = epics.PV(name)
    def write_all(self, value):
        for name, pv in self.pvs.items():
            pv.put(value)
g = Group()
g.add("A")
g.add("B")
g.write_all(3)
