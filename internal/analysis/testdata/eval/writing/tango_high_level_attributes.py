# source: PyTango docs, "Quick tour: high-level attribute access" (pytango.readthedocs.io)
# kind: writing
# writes: yes
# channels: sys/tg_test/1/double_scalar sys/tg_test/1/long_scalar
# reads: yes
import tango

tg_test = tango.DeviceProxy("sys/tg_test/1")
print(tg_test.state(), tg_test.status())
print(tg_test.short_scalar)

tg_test.long_scalar = 8776
tg_test["double_scalar"] = 55.46
print(tg_test.read_attribute("long_scalar").value)
