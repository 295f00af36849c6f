# source: PyTango docs, "Quick tour" (pytango.readthedocs.io): states and currents of many supplies
# kind: reading
# writes: no
# channels: -
# reads: yes
import tango

DEVICES = [f"sr/ps-corh/c{c:02d}-ch{n}" for c in (4, 5) for n in (1, 2)]


def describe(name):
    proxy = tango.DeviceProxy(name)
    attr = proxy.read_attribute("Current")
    return name, proxy.state(), attr.value, attr.w_value


for row in map(describe, DEVICES):
    print("%-22s %-8s %8.3f (set %s)" % row)
