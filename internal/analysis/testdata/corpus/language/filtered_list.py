# writes: definite
# written: exact F:1:SP F:2:SP
import epics
names = ["F:1:SP", "F:2:SP", "F:2:RB"]
for n in [x for x in names if x.endswith(":SP")]:
    epics.caput(n, 0)
