# writes: definite
# reads: none
# written: exact d/p/1/Current
import tango


class Supply:
    def __init__(self, dev):
        self.__dict__["dev"] = tango.DeviceProxy(dev)

    def __setattr__(self, name, value):
        setattr(self.dev, name, value)


Supply("d/p/1").Current = 3
