# writes: possible
# access: write epics.caput exact[B:SP] constant[1] possible
import os
import epics
f = epics.caput if os.path.exists("go") else print
f("B:SP", 1)
