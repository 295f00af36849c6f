# writes: definite
# written: exact TF:1
import epics
pv = epics.PV("TF:1")
old = pv.get()
try:
    for v in (1, 2):
        pv.put(v, wait=True)
finally:
    pv.put(old)
