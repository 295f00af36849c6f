# source: Python documentation, shelve (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import os
import shelve
import tempfile

setpoints = {"SR:HCM1:SP": 0.12, "SR:HCM2:SP": -0.05}

with tempfile.TemporaryDirectory() as folder:
    with shelve.open(os.path.join(folder, "setpoints")) as shelf:
        for name, value in setpoints.items():
            shelf[name] = value
        shelf.sync()
    with shelve.open(os.path.join(folder, "setpoints"), flag="r") as shelf:
        restored = {name: shelf.get(name) for name in sorted(shelf)}
print(restored)
