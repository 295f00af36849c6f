# writes: none
import epics
class ReadOnly:
    def __init__(self, name):
        self._pv = epics.PV(name)
    def get(self):
        return self._pv.get()
    @property
    def value(self):
        return self._pv.value
    def __repr__(self):
        return f"<{self._pv.pvname} {self.value}>"
pvs = {n: ReadOnly(n) for n in ("A", "B")}
for n, p in pvs.items():
    print(p, p.get())
