# written: exact A
# writes: possible
import epics
class E(Exception):
    def __init__(self, pv): self.pv = pv
try:
    raise E(epics.PV("A"))
except E as e:
    e.pv.put(1)
