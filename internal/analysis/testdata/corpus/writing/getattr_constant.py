# writes: definite
# access: write epics.caput exact[G:SP] constant[1] definite
import epics
getattr(epics, "ca" + "put")("G:SP", 1)
