# writes: definite
# written: exact L:1
from functools import lru_cache, cache
import epics
@lru_cache(maxsize=None)
def get(name):
    return epics.PV(name)
@cache
def other(name):
    return get(name)
other("L:1").put(2)
