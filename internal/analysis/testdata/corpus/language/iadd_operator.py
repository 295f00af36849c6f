# writes: definite
# written: exact IA:1
import epics
class Knob:
    def __init__(self, pv):
        self.pv = pv
    def __iadd__(self, d):
        epics.caput(self.pv, epics.caget(self.pv) + d)
        return self
    def __lshift__(self, v):
        epics.caput(self.pv, v)
k = Knob("IA:1")
k += 1
k << 3
