# source: own
# kind: tempting
# writes: no
# channels: -
# reads: yes
"""Saves present values as a shell script that restores them, for later."""
import pathlib
import stat
import tempfile

import epics

NAMES = ["SR:QF1:SP", "SR:QD1:SP", "SR:SF1:SP"]


def lines(values):
    yield "#!/bin/sh"
    for name, value in values.items():
        yield f"caput {name} {value}"


values = {name: epics.caget(name) for name in NAMES}
folder = pathlib.Path(tempfile.mkdtemp())
script = folder / "restore.sh"
script.write_text("\n".join(lines(values)) + "\n")
script.chmod(script.stat().st_mode | stat.S_IXUSR)
print("wrote", script.name, "with", len(values), "values")
