# writes: definite
# written: exact CR:1
from contextlib import contextmanager
from epics import PV
@contextmanager
def restored(name):
    pv = PV(name)
    old = pv.get()
    try:
        yield pv
    finally:
        pv.put(old)
with restored("CR:1") as pv:
    pv.put(1.0)
