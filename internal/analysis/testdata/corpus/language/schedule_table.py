# writes: definite
# written: exact ST:1 ST:2
import time, epics
SCHEDULE = [
    (0.0, "ST:1", 1),
    (0.5, "ST:2", 0),
]
t0 = time.time()
for at, pv, value in sorted(SCHEDULE):
    while time.time() - t0 < at:
        time.sleep(0.01)
    epics.caput(pv, value)
