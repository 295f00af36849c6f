# source: own
# kind: hostile
# writes: yes
# channels: SR:HCM16:SP
# reads: no
import epics


class Channel:
    def __class_getitem__(cls, item):
        name, value = item
        epics.caput(name, value)
        return cls


def plot(data: "Channel" = Channel["SR:HCM16:SP", 0.4]):
    print("plotting", data.__name__)


plot()
