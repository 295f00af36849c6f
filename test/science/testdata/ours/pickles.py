"""Pickle own objects, deep copies, temporary files and checkpoints."""
import copy
import os
import pickle
import shelve
import tempfile
from collections import OrderedDict, namedtuple
from pathlib import Path

Point = namedtuple("Point", "x y")


class State:
    def __init__(self):
        self.points, self.step = [Point(k, k**2) for k in range(5)], 0

    def save(self, path):
        with tempfile.NamedTemporaryFile("wb", dir=".", delete=False) as f:
            pickle.dump(self, f, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(f.name, path)


state = State()
state.step = 7
state.save("checkpoint.pkl")
with open("checkpoint.pkl", "rb") as f:
    again = pickle.load(f)
assert again.points == state.points and copy.deepcopy(again).step == 7
with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "x").write_text("x" * 1000)
    print(os.listdir(folder), os.path.getsize(os.path.join(folder, "x")))
with shelve.open("shelf") as db:
    db["best"] = OrderedDict(a=1)
    print(dict(db), Path("checkpoint.pkl").stat().st_size)
