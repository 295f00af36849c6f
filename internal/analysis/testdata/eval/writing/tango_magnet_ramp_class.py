# source: MAX IV and ESRF style magnet scripts over DeviceProxy
# kind: writing
# writes: yes
# channels: R3-301M1/MAG/PSIA-01/currentSet R3-301M1/MAG/PSIA-02/currentSet
# reads: yes
import time
import numpy as np
import tango


class Magnet:
    def __init__(self, name, attribute="currentSet"):
        self.proxy = tango.DeviceProxy(name)
        self.attribute = attribute

    @property
    def current(self):
        return self.proxy.read_attribute("current").value

    @current.setter
    def current(self, amps):
        self.proxy.write_attribute(self.attribute, float(amps))

    def ramp(self, target, steps=4, dwell=0.2):
        for amps in np.linspace(0.0, target, steps + 1)[1:]:
            self.current = amps
            time.sleep(dwell)


for n, target in enumerate((12.0, -4.5), start=1):
    magnet = Magnet(f"R3-301M1/MAG/PSIA-{n:02d}")
    magnet.ramp(target)
    print(n, magnet.current)
