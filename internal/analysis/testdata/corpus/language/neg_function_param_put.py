# writes: none
import epics
def record(store, key):
    store.put(key, epics.caget(key))
class Store:
    def put(self, k, v): print(k, v)
record(Store(), "A")
