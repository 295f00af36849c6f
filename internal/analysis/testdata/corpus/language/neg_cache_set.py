# writes: none
import epics
cache = {}
def get(name):
    if name not in cache:
        cache[name] = epics.PV(name)
    return cache[name].get()
seen = set()
for n in ("A", "B"):
    seen.add(n)
    print(get(n))
