# writes: definite
# written: exact S:1 S:2
import json, epics
NAMES = ["S:1", "S:2"]
def save(path="snap.json"):
    data = {n: epics.caget(n) for n in NAMES}
    with open(path, "w") as f:
        json.dump(data, f)
    return data
def restore(data):
    for n, v in data.items():
        epics.caput(n, v)
restore(save())
