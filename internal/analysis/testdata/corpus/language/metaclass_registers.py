# writes: definite
# written: exact MR:1
import epics
class Meta(type):
    def __new__(mcs, name, bases, ns):
        cls = super().__new__(mcs, name, bases, ns)
        return cls
class Dev(metaclass=Meta):
    pv = "MR:1"
    def on(self):
        epics.caput(self.pv, 1)
Dev().on()
