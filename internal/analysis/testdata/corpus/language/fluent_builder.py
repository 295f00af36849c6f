# writes: definite
# written: exact F:1
import epics
class Put:
    def __init__(self):
        self._pv = self._v = None
    def to(self, pv):
        self._pv = pv
        return self
    def value(self, v):
        self._v = v
        return self
    def go(self):
        epics.caput(self._pv, self._v)
Put().to("F:1").value(3).go()
