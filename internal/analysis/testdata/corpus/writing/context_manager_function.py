# writes: definite
# access: read epics.PV exact[CM:SP] unknown[] definite
# access: write epics.PV.put exact[CM:SP] set[1 0] definite
import contextlib
import epics
@contextlib.contextmanager
def shutter():
    pv = epics.PV("CM:SP")
    yield pv
with shutter() as s:
    for v in (1, 0):
        s.put(v)
