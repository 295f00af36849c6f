# writes: definite
# written: exact SI:1 SI:2
import epics
class Machine:
    def __setitem__(self, k, v):
        epics.caput(k, v)
    def __call__(self, k, v):
        epics.caput(k, v)
m = Machine()
m["SI:1"] = 1
m("SI:2", 2)
