# writes: definite
# builtin: globals
# access: write epics.caput exact[GL:SP] constant[1] definite
from epics import caput
globals()["caput"]("GL:SP", 1)
