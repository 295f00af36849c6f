# source: NumPy reference, indexing routines put and place (numpy.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import numpy as np

orbit = np.zeros(12)
np.put(orbit, [0, 3, 6, 9], [0.1, -0.2, 0.3, -0.1])
orbit.put([1, 2], 0.05)
mask = np.abs(orbit) > 0.15
np.place(orbit, mask, 0.15)
np.putmask(orbit, orbit < 0, 0)
np.copyto(orbit[10:], 7.0)
orbit.itemset(0, 9.0) if hasattr(orbit, "itemset") else orbit.__setitem__(0, 9.0)
orbit.setflags(write=False)
print(orbit)
