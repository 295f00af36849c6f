# writes: definite
# access: read epics.PV exact[MAG:1:CUR] unknown[] definite
# access: write epics.PV.put exact[MAG:1:CUR] constant[5] definite
import epics
class Magnet:
    def __init__(self, prefix):
        self.current = epics.PV(prefix + ":CUR")
    def ramp(self, to):
        self.current.put(to)
m = Magnet("MAG:1")
m.ramp(5)
