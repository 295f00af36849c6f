# writes: definite
# access: write epics.caput exact[CNT:SP] unknown[] definite
import epics
v = 0
while v < 10:
    epics.caput("CNT:SP", v)
    v += 1
