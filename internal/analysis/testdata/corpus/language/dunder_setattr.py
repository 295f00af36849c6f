# writes: definite
# written: exact SA:X
import epics
class Dev:
    def __init__(self, prefix):
        object.__setattr__(self, "prefix", prefix)
    def __setattr__(self, name, value):
        epics.caput(f"{self.prefix}:{name}", value)
Dev("SA").X = 4
