# writes: definite
# written: exact B:0 B:1 B:2 B:3
import epics
for i in range(4):
    if epics.caget(f"B:{i}:OK") == 0:
        break
    epics.caput(f"B:{i}", 1)
