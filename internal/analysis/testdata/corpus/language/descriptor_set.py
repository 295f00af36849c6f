# writes: definite
# written: exact DS:A DS:B
import epics
class PVField:
    def __init__(self, suffix):
        self.suffix = suffix
    def __get__(self, obj, owner):
        return epics.caget(obj.prefix + self.suffix)
    def __set__(self, obj, value):
        epics.caput(obj.prefix + self.suffix, value)
class Dev:
    a = PVField(":A")
    b = PVField(":B")
    def __init__(self, prefix):
        self.prefix = prefix
d = Dev("DS")
d.a = 1
d.b = 2
