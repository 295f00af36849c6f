# writes: definite
# written: exact PM:1
from functools import partialmethod
import epics
class Dev:
    def _put(self, name, value):
        epics.caput(name, value)
    on = partialmethod(_put, "PM:1", 1)
Dev().on()
