# writes: definite
# written: pattern SR:*:SP
import sys, epics
x = sys.argv[1]
epics.caput(f"SR:{x}:SP", 1)
