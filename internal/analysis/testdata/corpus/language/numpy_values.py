# writes: definite
# access: write epics.caput exact[N:1] range[-1.0 1.0] definite
# access: write epics.caput exact[N:2] set[0 5 10] definite
# access: write epics.caput exact[N:3] range[0.0 1.75] definite
import numpy as np, epics
for v in np.linspace(-1, 1, 11):
    epics.caput("N:1", v)
for v in range(0, 15, 5):
    epics.caput("N:2", v)
for v in np.arange(0, 2, 0.25):
    epics.caput("N:3", float(v))
