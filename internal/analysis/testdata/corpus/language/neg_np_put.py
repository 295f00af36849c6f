# writes: none
import numpy as np, epics
w = np.zeros(10)
np.put(w, [0, 1], [epics.caget("A"), epics.caget("B")])
w.put([3], [4])
w.setflags(write=False)
