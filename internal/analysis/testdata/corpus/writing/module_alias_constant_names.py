# writes: definite
# access: write epics.caput exact[SR:QF1:SP] constant[12.5] definite
import epics as e
PREFIX = "SR:"
DEVICE = PREFIX + "QF1"
e.caput(DEVICE + ":SP", 12.5, wait=True)
