# writes: definite
# written: exact S:1 S:2
import epics
a = {"S:1", "S:2"}
for n in sorted(a):
    epics.caput(n, 1)
