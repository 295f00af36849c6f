# writes: definite
# written: exact A:1
import epics
a, b = "B:1", "A:1"
a, b = b, a
epics.caput(a, 1)
