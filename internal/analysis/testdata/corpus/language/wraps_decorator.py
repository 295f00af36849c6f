# writes: definite
# written: exact W:1
import functools, time, epics
def timed(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        t0 = time.time()
        try:
            return fn(*args, **kwargs)
        finally:
            print(time.time() - t0)
    return wrapper
@timed
def setpoint(pv, value):
    epics.caput(pv, value)
setpoint("W:1", value=3)
