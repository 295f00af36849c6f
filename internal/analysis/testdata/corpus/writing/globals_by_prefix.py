# written: exact NS:A NS:B
# writes: definite
# complete: true
import epics
SP_A = epics.PV("NS:A")
SP_B = epics.PV("NS:B")
for k, v in list(globals().items()):
    if k.startswith("SP_"):
        v.put(1)
