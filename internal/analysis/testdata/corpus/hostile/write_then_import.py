# writes: possible
with open("payload.py", "w") as f:
    f.write("import epics; epics.caput('X', 1)")
import payload
