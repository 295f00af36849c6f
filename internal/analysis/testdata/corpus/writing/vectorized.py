# written: exact K:V1 K:V2
# writes: definite
import numpy as np, epics
np.vectorize(epics.caput)(np.array(["K:V1", "K:V2"]), 0)
