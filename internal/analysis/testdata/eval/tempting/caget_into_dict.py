# source: own
# kind: tempting
# writes: no
# channels: -
# reads: yes
"""Reads, and puts the results into a store of its own."""
import epics


class Store(dict):
    def put(self, name, value):
        self[name] = value

    def set(self, **items):
        self.update(items)


store = Store()
for name in ("SR:DCCT", "SR:LIFETIME"):
    store.put(name, epics.caget(name))
store.set(count=len(store), source="caget")
print(sorted(store))
