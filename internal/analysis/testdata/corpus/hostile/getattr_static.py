# written: exact A
# writes: definite
import inspect
import epics
f = inspect.getattr_static(epics, "caput")
f("A", 1)
