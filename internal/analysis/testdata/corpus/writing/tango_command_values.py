# writes: definite
# reads: none
# access: execute tango.DeviceProxy.On exact[d/p/1/On] unknown[] definite
# access: execute tango.DeviceProxy.Off exact[d/p/2/Off] unknown[] definite
# access: execute tango.DeviceProxy.Start exact[d/p/3/Start] unknown[] definite
# access: execute tango.DeviceProxy.Ramp exact[d/p/4/Ramp] unknown[] possible
# access: execute tango.DeviceProxy.Reset exact[d/p/5/Reset] unknown[] definite
# complete: true
from functools import partial
from threading import Thread

import tango

f = tango.DeviceProxy("d/p/1").On
f()

Thread(target=tango.DeviceProxy("d/p/2").Off).start()

start = partial(tango.DeviceProxy("d/p/3").Start)
start()

import matplotlib.pyplot as plt

ramp = tango.DeviceProxy("d/p/4")
plt.figure().canvas.mpl_connect("close_event", callback=ramp.Ramp)

steps = {"reset": tango.DeviceProxy("d/p/5").Reset}
steps["reset"]()
