# writes: definite
# access: read epics.PV exact[U:A] unknown[] definite
# access: write epics.PV.put exact[U:A] constant[1] definite
# access: write epics.PV.put exact[U:B] constant[2] definite
import epics
class Quiet(epics.PV):
    def log(self, v):
        return Quiet.put(self, v)
epics.PV.put(epics.PV("U:A"), 1)
Quiet("U:B").log(2)
