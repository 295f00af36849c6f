# writes: definite
# access: read epics.PV exact[S:SP] unknown[] definite
# access: write epics.PV.value exact[S:SP] constant[9] definite
import epics
setattr(epics.PV("S:SP"), "value", 9)
