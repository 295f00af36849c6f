# source: own, a retry decorator around caput as in many beamline utilities
# kind: writing
# writes: yes
# channels: OPT:HRM:PITCH.VAL OPT:HRM:ROLL.VAL
# reads: no
import functools
import time
from epics import caput as _caput


def retry(times=3, pause=0.1):
    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            for attempt in range(times):
                if fn(*args, **kwargs) == 1:
                    return True
                time.sleep(pause * (attempt + 1))
            raise RuntimeError(f"{fn.__name__}{args} did not succeed")
        return inner
    return wrap


@retry(times=2)
def put(pv, value):
    return _caput(pv, value, wait=True, timeout=5)


for axis, angle in zip(("PITCH", "ROLL"), (0.113, -0.002)):
    put(f"OPT:HRM:{axis}.VAL", angle)
