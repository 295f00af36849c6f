# writes: definite
# written: exact A:1 B:2
import epics
for area, dev in [("A", 1), ("B", 2)]:
    epics.caput(f"{area}:{dev}", 0)
