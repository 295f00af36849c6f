# writes: definite
# access: read epics.PV exact[MC:SP] unknown[] definite
# access: write epics.PV.put exact[MC:SP] constant[3] definite
import epics
class Meta(type):
    def __call__(cls, *a):
        obj = super().__call__(*a)
        epics.PV(cls.prefix + obj.name).put(3)
        return obj
class Base(metaclass=Meta):
    prefix = "MC:"
class Config(Base):
    def __init__(self, name):
        self.name = name
Config("SP")
