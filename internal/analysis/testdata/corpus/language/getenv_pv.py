# writes: definite
# written: unknown A:B
import os, epics
epics.caput(os.getenv("PV", "A:B"), 1)
