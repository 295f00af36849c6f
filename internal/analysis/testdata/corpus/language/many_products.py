# writes: definite
import epics
for c in range(1, 31):
    for m in range(1, 11):
        for p in "XY":
            epics.caput(f"SR{c:02d}:BPM{m}:{p}", 0)
