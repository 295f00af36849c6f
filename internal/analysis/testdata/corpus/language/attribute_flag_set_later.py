# writes: definite
# written: exact A
import epics
class C:
    def __init__(self):
        self.armed = False
    def fire(self):
        if self.armed:
            epics.caput("A", 1)
c = C()
c.fire()
c.armed = True
c.fire()
