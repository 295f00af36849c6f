# written: exact K:MISS
# writes: definite
import epics
class D(dict):
    def __missing__(self, k): return epics.caput(k, 1)
D()["K:MISS"]
