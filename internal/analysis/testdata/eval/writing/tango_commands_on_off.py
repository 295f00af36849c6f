# source: PyTango docs, "Quick tour: commands" (pytango.readthedocs.io); ESRF style power supply restart
# kind: writing
# writes: yes
# channels: sr/ps-q/c04-qf1/Off sr/ps-q/c04-qf1/On sr/ps-q/c04-qf1/Reset
# reads: yes
from time import sleep
from tango import DeviceProxy, DevState

device = DeviceProxy("sr/ps-q/c04-qf1")
device.set_timeout_millis(5000)
print("before:", device.state())
device.command_inout("Off")
sleep(1)
device.command_inout("Reset")
device.On()
for _ in range(5):
    if device.state() == DevState.ON:
        break
    sleep(0.5)
