# writes: none
import epics
if False:
    epics.caput("X", 1)
print(epics.caget("X"))
