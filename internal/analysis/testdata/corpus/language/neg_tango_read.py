# writes: none
import tango
d = tango.DeviceProxy("sys/tg_test/1")
print(d.state(), d.status(), d.read_attribute("double_scalar").value)
print(d.double_scalar, d.get_attribute_list())
d.set_timeout_millis(3000)
