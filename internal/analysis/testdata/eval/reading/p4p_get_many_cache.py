# source: p4p docs, "Client API: get" (epics-base.github.io/p4p), behind a small cache with put and set
# kind: reading
# writes: no
# channels: -
# reads: yes
from p4p.client.thread import Context


class Cache:
    def __init__(self):
        self._values = {}

    def put(self, name, value):
        self._values[name] = value

    def get(self, name, default=None):
        return self._values.get(name, default)


cache = Cache()
names = [f"TOROID:{n}:CHARGE" for n in range(1, 4)]
with Context("pva") as ctx:
    for name, value in zip(names, ctx.get(names, timeout=2.0)):
        cache.put(name, float(value))

print({n: cache.get(n) for n in names})
