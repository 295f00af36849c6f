# writes: definite
# written: exact K:1:SP K:2:SP
import epics
pvs = {i: epics.PV(f"K:{i}:SP") for i in (1, 2)}
for i, pv in pvs.items():
    pv.put(i * 0.1)
