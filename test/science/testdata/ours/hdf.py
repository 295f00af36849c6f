"""HDF5 by h5py: groups, attributes, compression, resizing, links, strings."""
import h5py
import numpy as np

rng = np.random.default_rng(3)
with h5py.File("run.h5", "w") as f:
    f.attrs["operator"] = "a. person"
    g = f.create_group("entry/detector")
    d = g.create_dataset("frames", (0, 32, 32), maxshape=(None, 32, 32), chunks=True, compression="gzip")
    for k in range(5):
        d.resize(k + 1, axis=0)
        d[k] = rng.poisson(5, (32, 32))
    g["energy"] = np.linspace(7, 8, 5)
    g["energy"].attrs["units"] = "keV"
    f["names"] = np.array(["a", "bc"], dtype=h5py.string_dtype())
    f["latest"] = h5py.SoftLink("/entry/detector/frames")
    f.visititems(lambda name, item: print(name, item))
with h5py.File("run.h5", "r+") as f:
    print(f["latest"][2:4].sum(axis=(1, 2)), f["names"].asstr()[:], dict(f.attrs))
    del f["names"]
    assert "names" not in f
with h5py.File("in-memory", "w", driver="core", backing_store=False) as f:
    f["x"] = 1
