# writes: definite
# access: write epics.caput pattern[SR:*:SP] constant[0] definite
import sys
import epics
epics.caput("SR:" + sys.argv[1] + ":SP", 0)
