# source: PyTango docs, "subscribe_event" (pytango.readthedocs.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import time
import PyTango


class Printer:
    def push_event(self, event):
        if event.err:
            print("error", event.errors)
        else:
            print(event.attr_name, event.attr_value.value)


dp = PyTango.DeviceProxy("sys/tg_test/1")
eid = dp.subscribe_event("double_scalar", PyTango.EventType.CHANGE_EVENT, Printer())
time.sleep(0.5)
dp.unsubscribe_event(eid)
print([a.value for a in dp.read_attributes(["long_scalar", "double_scalar"])])
