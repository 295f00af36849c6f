# writes: definite
# reads: definite
# access: read epics.PV exact[X:SP] unknown[] definite
# access: write epics.PV.put exact[X:SP] constant[3] definite
# access: write epics.PV.value exact[X:SP] constant[4] definite
from epics import PV
pv = PV("X:SP")
pv.put(3)
pv.value = 4
