# writes: definite
# access: write epics.caput exact[R:SP] constant[1] definite
import functools
import epics
def retry(fn):
    @functools.wraps(fn)
    def inner(*args, **kwargs):
        return fn(*args, **kwargs)
    return inner
@retry
def set_it(v):
    epics.caput("R:SP", v)
set_it(1)
