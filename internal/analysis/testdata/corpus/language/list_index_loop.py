# writes: definite
# written: exact L:0 L:1 L:2
import epics
pvs = []
for i in range(3):
    pvs.append(epics.PV("L:%d" % i))
vals = [1, 2, 3]
for i in range(len(pvs)):
    pvs[i].put(vals[i])
