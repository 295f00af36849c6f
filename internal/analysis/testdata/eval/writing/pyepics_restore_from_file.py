# source: pyepics autosave docs (restore from a saved file), the file named on the command line or found beside the script
# kind: writing
# writes: yes
# channels: runtime
# reads: no
import pathlib
import sys
import epics

SAVED = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "machine.sav")


def load(path):
    if not path.exists():
        path.write_text(f"{path.stem}:V1:SP 10.5\n{path.stem}:V2:SP 11.25\n")
    for line in path.read_text().splitlines():
        name, _, value = line.partition(" ")
        if value:
            yield name, float(value)


for name, value in load(SAVED):
    epics.caput(name, value)
