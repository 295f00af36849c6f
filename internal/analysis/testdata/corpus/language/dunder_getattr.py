# writes: definite
# written: exact GA:foo
import epics
class Dev:
    def __init__(self, prefix):
        self._prefix = prefix
    def __getattr__(self, name):
        return epics.PV(f"{self._prefix}:{name}")
Dev("GA").foo.put(1)
