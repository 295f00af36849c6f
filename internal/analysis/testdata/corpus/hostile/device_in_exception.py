# writes: unresolved
import epics
try:
    raise ValueError(epics.PV("A"))
except ValueError as e:
    e.args[0].put(1)
