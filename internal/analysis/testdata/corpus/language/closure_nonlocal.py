# writes: definite
# written: exact CL:1
import epics
def make(pv):
    n = 0
    def step(d):
        nonlocal n
        n += d
        epics.caput(pv, n)
        return n
    return step
s = make("CL:1")
s(1); s(2)
