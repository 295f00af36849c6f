# source: PyTango docs, "write_attributes and Group" (pytango.readthedocs.io)
# kind: writing
# writes: yes
# channels: elettra/psv/s1/voltage elettra/psv/s2/voltage elin/v-rf/ctl/phase elin/v-rf/ctl/power
# reads: no
from tango import DeviceProxy, Group

rf = DeviceProxy("elin/v-rf/ctl")
rf.write_attributes([("power", 1.5), ("phase", -20.0)])

pumps = Group("pumps")
pumps.add(["elettra/psv/s1", "elettra/psv/s2"])
replies = pumps.write_attribute("voltage", 3500.0)
print([r.has_failed() for r in replies])
