# writes: definite
# access: read epics.PV exact[A:1 A:2] unknown[] definite
# access: write epics.PV.put exact[A:1 A:2] constant[0] definite
import epics
pvs = [epics.PV("A:%d" % k) for k in (1, 2)]
for pv in pvs:
    pv.put(0)
