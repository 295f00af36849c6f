# source: pyepics autosave docs (save and restore of a request file), with the snapshot kept as JSON text
# kind: writing
# writes: yes
# channels: S35:LINE:ATT1:POS S35:LINE:SLIT1:HGAP S35:LINE:SLIT1:VGAP
# reads: yes
import json
import epics

SNAPSHOT = """
{
  "comment": "after alignment, Tuesday",
  "channels": {
    "S35:LINE:SLIT1:HGAP": 1.20,
    "S35:LINE:SLIT1:VGAP": 0.80,
    "S35:LINE:ATT1:POS": 3
  }
}
"""


def restore(text, tolerance=1e-3):
    changed = []
    for name, wanted in json.loads(text)["channels"].items():
        now = epics.caget(name)
        if now is not None and abs(now - wanted) <= tolerance:
            continue
        epics.caput(name, wanted, wait=True)
        changed.append(name)
    return changed


print("restored:", restore(SNAPSHOT))
