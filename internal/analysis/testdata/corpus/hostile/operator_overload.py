# writes: definite
# access: write epics.caput exact[OV:SP] constant[3] definite
import epics
class Knob:
    def __lshift__(self, v):
        epics.caput("OV:SP", v)
Knob() << 3
