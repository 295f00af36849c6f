# source: own
# kind: science
# writes: no
# channels: -
# reads: no
"""Frames of a detector as a packed file, read back through a memory map."""
import pathlib
import struct

import numpy as np

HEADER = struct.Struct("<4sHHd")
path = pathlib.Path("frames.bin")

with path.open("wb") as file:
    for number in range(4):
        frame = np.full((16, 16), number, dtype="<u2")
        frame[number, :] = 1000
        file.write(HEADER.pack(b"FRM1", *frame.shape, number * 0.1))
        file.write(frame.tobytes())

kind = np.dtype([("magic", "S4"), ("rows", "<u2"), ("columns", "<u2"), ("time", "<f8"), ("data", "<u2", (16, 16))])
frames = np.memmap(path, dtype=kind, mode="r")
print(len(frames), frames["time"].tolist(), frames["data"].max(axis=(1, 2)))
del frames
path.unlink()
