# writes: definite
# access: write tango.DeviceProxy.write_attribute exact[a/b/c/x] constant[1] definite
# access: execute tango.DeviceProxy.command_inout exact[a/b/c/Init] unknown[] definite
from PyTango import DeviceProxy
d = DeviceProxy("a/b/c")
d.write_attribute("x", 1)
d.command_inout("Init")
