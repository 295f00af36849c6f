# writes: possible
# reads: possible
# access: write epics.caput exact[D:SP] constant[1] possible
# access: read epics.caget exact[D:SP] unknown[] possible
import sys
import epics
actions = {"set": epics.caput, "get": epics.caget}
actions[sys.argv[1]]("D:SP", 1)
