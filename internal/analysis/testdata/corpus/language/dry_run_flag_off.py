# writes: none
import epics
DRY_RUN = True
for n in ("A", "B"):
    print(epics.caget(n))
    if not DRY_RUN:
        epics.caput(n, 0)
