# writes: definite
# access: read epics.PV exact[MC:SP] unknown[] definite
# access: write epics.PV.put exact[MC:SP] constant[2] definite
import operator
import epics
operator.methodcaller("put", 2)(epics.PV("MC:SP"))
