# source: pyepics autosave docs (saving only): a snapshot of PVs to JSON
# kind: reading
# writes: no
# channels: -
# reads: yes
import json
import pathlib
import epics


class SnapshotWriter:
    """Writes what it reads to a file; the machine is left alone."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.data = {}

    def put(self, name, value):
        self.data[name] = value

    def write(self):
        self.path.write_text(json.dumps(self.data, indent=1, default=str))


writer = SnapshotWriter("snapshot.json")
for family, count in {"HCM": 4, "VCM": 4}.items():
    for n in range(1, count + 1):
        pv = f"SR:{family}{n}:SP"
        writer.put(pv, epics.caget(pv))
writer.write()
print(len(writer.data), "values saved")
