# writes: definite
# written: exact SC:A SC:B
import epics
class Base:
    def __init__(self, prefix):
        self.prefix = prefix
    def on(self):
        epics.caput(self.prefix + ":A", 1)
class Mixin:
    def on(self):
        super().on()
        epics.caput(self.prefix + ":B", 1)
class Dev(Mixin, Base):
    pass
Dev("SC").on()
