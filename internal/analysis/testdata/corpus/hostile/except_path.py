# writes: definite
# access: write epics.caput exact[EX:SP] constant[1] definite
import epics
try:
    name = "EX"
    raise ValueError
except ValueError:
    epics.caput(name + ":SP", 1)
