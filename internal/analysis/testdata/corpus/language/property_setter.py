# writes: definite
# written: exact PS:SP
import epics
class Mag:
    def __init__(self, p):
        self._pv = epics.PV(p + ":SP")
    @property
    def current(self):
        return self._pv.get()
    @current.setter
    def current(self, v):
        self._pv.put(v)
m = Mag("PS")
m.current = 3
m.current += 0.1
