# source: ESRF and ALBA orbit scripts over vector attributes of a corrector server
# kind: writing
# writes: yes
# channels: srdiag/orbit/h/CorrectorStrengths
# reads: yes
import numpy as np
import tango

orbit = tango.DeviceProxy("srdiag/orbit/h")


def correct(gain):
    x = np.atleast_1d(orbit.read_attribute("Orbit").value)
    kicks = np.atleast_1d(orbit["CorrectorStrengths"].value)
    orbit.write_attribute("CorrectorStrengths", kicks - gain * x.mean())


for gain in (0.5, 0.25):
    correct(gain)
