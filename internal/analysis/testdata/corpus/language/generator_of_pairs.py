# writes: definite
# written: exact G:1:SP G:2:SP
import epics
def steps(base):
    for i in range(1, 3):
        yield f"{base}:{i}:SP", i * 0.5
for pv, v in steps("G"):
    epics.caput(pv, v)
