# writes: none
# reads: definite
# unresolved: -
import tango
d = tango.DeviceProxy("sr/d-ct/1")
print(d.state(), d.current, d.read_attribute("lifetime").value)
