# writes: definite
# access: write epics.caput exact[CNT:SP] set[0 1 2 3 4 5 6 7 8 9] definite
import epics
v = 0
while v < 10:
    epics.caput("CNT:SP", v)
    v += 1
