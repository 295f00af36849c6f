# source: ophyd docs, "DynamicDeviceComponent" (blueskyproject.io/ophyd)
# kind: writing
# writes: yes
# channels: QEM01:ch1:gain QEM01:ch2:gain QEM01:ch3:gain QEM01:ch4:gain
# reads: yes
from collections import OrderedDict
from ophyd import Device, DynamicDeviceComponent as DDCpt, EpicsSignal


def channel_signals(numbers, suffix):
    defn = OrderedDict()
    for n in numbers:
        defn[f"ch{n}"] = (EpicsSignal, f":ch{n}:{suffix}", {})
    return defn


class Electrometer(Device):
    gain = DDCpt(channel_signals(range(1, 5), "gain"))


qem = Electrometer("QEM01", name="qem")
for name in qem.gain.component_names:
    getattr(qem.gain, name).put(1e6)
print(qem.gain.ch1.get())
