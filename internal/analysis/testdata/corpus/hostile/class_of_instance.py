# writes: definite
# access: read epics.PV exact[CI:A] unknown[] definite
# access: write epics.PV.put exact[CI:A] constant[1] definite
# access: write epics.PV.put exact[CI:A] constant[2] definite
import epics
pv = epics.PV("CI:A")
pv.__class__.put(pv, 1)
type(pv).put(pv, 2)
