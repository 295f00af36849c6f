# writes: definite
# written: exact S:1 S:2
import epics
for n in sorted(["S:2", "S:1"], key=lambda s: s[-1], reverse=True):
    epics.caput(n, 1)
