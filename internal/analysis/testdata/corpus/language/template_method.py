# writes: definite
# written: exact T:X:SP T:Y:SP
import epics
class Base:
    axis = None
    def move(self, v):
        epics.caput(self.pv(), v)
    def pv(self):
        return f"T:{self.axis}:SP"
class X(Base):
    axis = "X"
class Y(Base):
    axis = "Y"
for cls in (X, Y):
    cls().move(1)
