# writes: definite
# written: exact CM:EN CM:SP
import epics
class Enabled:
    def __enter__(self):
        epics.caput("CM:EN", 1)
        return self
    def __exit__(self, *exc):
        epics.caput("CM:EN", 0)
    def go(self, v):
        epics.caput("CM:SP", v)
with Enabled() as e:
    e.go(1)
