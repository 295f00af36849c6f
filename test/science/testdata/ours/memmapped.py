"""Arrays larger than one likes: memory maps, npz, text, structured, and chunks."""
import mmap

import numpy as np

big = np.memmap("frames.dat", dtype="f4", mode="w+", shape=(200, 128, 128))
for k in range(200):
    big[k] = np.sin(k / 20)
big.flush()
again = np.memmap("frames.dat", dtype="f4", mode="r", shape=(200, 128, 128))
print(again.mean(axis=(1, 2))[:5])
np.savez_compressed("frames.npz", first=again[0], last=again[-1])
with np.load("frames.npz") as z:
    print(sorted(z.files), z["last"].shape)
np.save("opened.npy", np.arange(10))
np.lib.format.open_memmap("opened.npy", mode="r+")[0] = 5
assert np.load("opened.npy", mmap_mode="r")[0] == 5
np.savetxt("t.txt", np.eye(3), fmt="%.2f", header="identity")
assert np.array_equal(np.loadtxt("t.txt"), np.eye(3))
print(np.genfromtxt("t.txt", comments="#").sum())
with open("frames.dat", "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as m:
    print(len(m), m[:4])
