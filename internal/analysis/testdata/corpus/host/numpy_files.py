# path: read a.npy
# path: write b.npy
# path: read c.txt
# path: write d.csv
# path: write e.h5
# path: read f.parquet
import numpy as np, pandas as pd, h5py
a = np.load("a.npy")
np.save("b.npy", a)
np.loadtxt(fname="c.txt")
pd.DataFrame(a).to_csv("d.csv")
with h5py.File("e.h5", "w") as h:
    h["x"] = a
pd.read_parquet(f"{'f'}.parquet")
