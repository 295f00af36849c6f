# writes: definite
# written: exact CE:A CE:B
import sys, epics
epics.caput("CE:A" if len(sys.argv) > 1 else "CE:B", 1)
