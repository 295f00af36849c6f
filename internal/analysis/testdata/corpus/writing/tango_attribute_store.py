# writes: definite
# access: write tango.DeviceProxy.current exact[sr/ps/1/current] constant[10] definite
# access: read tango.DeviceProxy.voltage exact[sr/ps/1/voltage] unknown[] definite
# access: execute tango.DeviceProxy.On exact[sr/ps/1/On] unknown[] definite
import tango
ps = tango.DeviceProxy("sr/ps/1")
ps.current = 10
print(ps.voltage)
ps.On()
