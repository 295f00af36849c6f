# source: srgblnch/PSCIP_PS misc/writeCurrent.py (ALBA), triangle wave on a setpoint
# kind: writing
# writes: yes
# channels: test/pc/psi0/CurrentSetPoint
# reads: yes
import time
from datetime import datetime
import PyTango

supply = PyTango.DeviceProxy("test/pc/psi0")
level, step = 0.1, 0.5

for _ in range(8):
    t0 = datetime.now()
    supply.write_attribute("CurrentSetPoint", level)
    took = (datetime.now() - t0).total_seconds()
    print("%.2f A, %.1f ms" % (level, took * 1e3))
    time.sleep(0.1)
    level += step
    if not 0.1 <= level <= 2:
        step = -step

print(supply.read_attribute("Current").value)
