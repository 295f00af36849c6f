# source: PyTango documentation, high level DeviceProxy API (pytango.readthedocs.io)
# kind: hostile
# writes: yes
# channels: sys/tg_test/1/ampli sys/tg_test/1/long_scalar
# reads: no
import tango

values = {"ampli": 3.5, "long_scalar": 42}
proxy = tango.DeviceProxy("sys/tg_test/1")
for attribute, value in values.items():
    setattr(proxy, attribute, value)
