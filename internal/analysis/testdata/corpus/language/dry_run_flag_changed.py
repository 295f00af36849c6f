# writes: definite
# written: exact A B
import epics
DRY_RUN = True
def enable():
    global DRY_RUN
    DRY_RUN = False
enable()
for n in ("A", "B"):
    if not DRY_RUN:
        epics.caput(n, 0)
