# writes: unresolved
# unresolved: put
import epics
def apply(device, v):
    device.put(v)
apply(load_device(), 3)
