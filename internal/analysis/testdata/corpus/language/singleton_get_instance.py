# writes: definite
# written: exact SG:1
import epics
class Client:
    _inst = None
    @classmethod
    def get(cls):
        if cls._inst is None:
            cls._inst = cls()
        return cls._inst
    def write(self, pv, v):
        epics.caput(pv, v)
Client.get().write("SG:1", 1)
