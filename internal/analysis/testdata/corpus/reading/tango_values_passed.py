# writes: none
# reads: definite
# complete: true
import math

import numpy as np
import tango

dev = tango.DeviceProxy("d/p/1")
seen = []
seen.append(dev.current)
print(dev.current, math.sqrt(dev.voltage), np.mean([dev.Position, dev.position]))
limits = {"low": dev.lowLimit}
row = dict(value=dev.current, **limits)
