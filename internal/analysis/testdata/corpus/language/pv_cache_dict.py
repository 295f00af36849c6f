# writes: definite
# written: exact PC:1 PC:2
import epics
_cache = {}
def pv(name):
    if name not in _cache:
        _cache[name] = epics.PV(name)
    return _cache[name]
pv("PC:1").put(1)
pv("PC:2").put(2)
