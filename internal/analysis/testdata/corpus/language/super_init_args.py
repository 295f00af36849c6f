# writes: definite
# written: exact SU:1:SP
import epics
class Base:
    def __init__(self, name, *, suffix=":SP"):
        self.pv = epics.PV(name + suffix)
class Dev(Base):
    def __init__(self, i, **kw):
        super().__init__(f"SU:{i}", **kw)
    def set(self, v):
        self.pv.put(v)
Dev(1).set(2)
