# writes: definite
# reads: definite
# written: exact d/p/1/On d/p/2/On
# access: execute tango.DeviceProxy.On exact[d/p/1/On d/p/2/On] unknown[] definite
# access: read tango.DeviceProxy.Current exact[d/p/1/Current d/p/2/Current] unknown[] definite
import PyTango


class Supply:
    def __init__(self, dev):
        self.dev = PyTango.DeviceProxy(dev)

    def __getattr__(self, item):
        return getattr(self.dev, item)


for n in range(1, 3):
    s = Supply("d/p/%d" % n)
    s.On()
    print(s.Current)
