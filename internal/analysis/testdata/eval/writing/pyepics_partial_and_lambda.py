# source: own, as in GUIs that bind buttons to puts
# kind: writing
# writes: yes
# channels: BL7:FILTER:IN BL7:FILTER:OUT BL7:SHUTTER:OPEN
# reads: no
from functools import partial
import epics

BASE = "BL7"
actions = {
    "open": partial(epics.caput, f"{BASE}:SHUTTER:OPEN", 1),
    "insert": lambda: epics.caput(":".join((BASE, "FILTER", "IN")), 1),
    "remove": lambda value=1: epics.caput(BASE + ":FILTER:OUT", value),
}

for name, press in actions.items():
    print(name)
    press()
