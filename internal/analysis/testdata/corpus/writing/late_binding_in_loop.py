# writes: definite
# access: read epics.PV exact[L:SP] unknown[] definite
# access: write epics.PV.put exact[L:SP] constant[1] definite
import epics
pv = None
for k in range(3):
    if k > 0:
        pv.put(1)
    pv = epics.PV("L:SP")
