# writes: definite
# access: write epics.caput exact[SWEEP:SP] range[0.0 5.0] definite
import numpy as np
import epics
for v in np.linspace(0, 5, 51):
    epics.caput("SWEEP:SP", v)
