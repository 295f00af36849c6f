# writes: definite
# written: exact L:0 L:1 L:2
import sys, epics
names = []
for i in range(3):
    if len(sys.argv) > i:
        names.append(f"L:{i}")
for i in range(len(names)):
    epics.caput(names[i], 1)
for n, v in zip(names, [1, 2, 3]):
    epics.caput(n, v)
