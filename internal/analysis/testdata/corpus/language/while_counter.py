# writes: definite
# access: write epics.caput exact[WC:1] set[0.0 0.5 1.0 1.5 2.0 2.5 3.0 3.5 4.0 4.5] definite
import time, epics
v = 0.0
while v < 5:
    epics.caput("WC:1", v)
    v += 0.5
    time.sleep(0.1)
