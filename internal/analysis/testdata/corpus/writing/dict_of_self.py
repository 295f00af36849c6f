# written: exact NS:A NS:B
# writes: definite
import epics
class Dev:
    def __init__(self):
        self.a = epics.PV("NS:A")
        self.b = epics.PV("NS:B")
        self.n = 3
    def zero(self):
        for k, v in self.__dict__.items():
            if isinstance(v, epics.PV):
                v.put(0)
Dev().zero()
