# writes: definite
# access: write epics.caput exact[WC:1] unknown[] definite
import time, epics
v = 0.0
while v < 5:
    epics.caput("WC:1", v)
    v += 0.5
    time.sleep(0.1)
