# writes: definite
# written: exact S:1 S:2
import epics
names = [f"S:{i}" for i in range(5)]
for n in names[1:3]:
    epics.caput(n, 1)
