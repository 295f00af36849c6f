# writes: definite
# access: read epics.PV exact[TY] unknown[] definite
# access: write epics.PV.put exact[TY] constant[1] definite
import epics
T = type("T", (), {"go": lambda self: epics.PV("TY").put(1)})
T().go()
