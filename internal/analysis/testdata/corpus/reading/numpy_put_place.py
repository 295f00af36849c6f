# writes: none
# unresolved: -
import numpy as np
import epics
a = np.zeros(5)
np.put(a, [0], epics.caget("A"))
a.put([1], 2)
