# writes: possible
# access: write epics.Device.Gap exact[D:S:Gap] constant[0.5] possible
from epics import Device


class Slit(Device):
    pass


class Wide(Slit):
    def __init__(self, prefix):
        Slit.__init__(self, prefix, delim=":")

    def open(self):
        self.Gap = 0.5


Wide("D:S").open()
