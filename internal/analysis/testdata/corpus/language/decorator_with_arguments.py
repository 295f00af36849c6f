# writes: definite
# written: exact W:2
import functools, epics
def retry(times=3):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*a, **k):
            for _ in range(times):
                try:
                    return fn(*a, **k)
                except OSError:
                    pass
        return inner
    return deco
class Dev:
    @retry(times=2)
    def put(self, pv, value):
        epics.caput(pv, value)
Dev().put("W:2", 1)
