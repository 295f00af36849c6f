"""Puts the bending magnets, in a way that nobody who only reads this file can know.

What it calls, on which channel, with which value, stands in the text of a data file.
"""

import json
import time
from pathlib import Path

import epics

plan = json.loads(Path(__file__).with_name("hidden.json").read_text(encoding="utf-8"))
for step in plan["steps"]:
    act = getattr(epics, "".join(reversed(step["what"])))
    print(step["where"], act(*[step["where"], *step["with"]]))
time.sleep(2)
print("beam:", epics.caget("SR-DI-DCCT-01:SIGNAL"), "mA")
