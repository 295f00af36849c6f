# writes: definite
# written: exact A
# complete: true
import epics
class Singleton:
    _i = None
    def __new__(cls):
        if cls._i is None:
            cls._i = super().__new__(cls)
            cls._i.pv = epics.PV("A")
        return cls._i
Singleton().pv.put(1)
