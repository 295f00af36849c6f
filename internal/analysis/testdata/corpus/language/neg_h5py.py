# writes: none
import h5py, numpy as np
from epics import caget
with h5py.File("x.h5", "w") as f:
    g = f.create_group("g")
    g.attrs["pv"] = "A"
    d = g.create_dataset("v", data=np.array([caget("A")]))
    d.attrs["units"] = "mA"
    d[...] = 3
