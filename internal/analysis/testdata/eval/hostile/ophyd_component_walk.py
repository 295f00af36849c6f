# source: ophyd documentation, devices and components (blueskyproject.io/ophyd)
# kind: hostile
# writes: yes
# channels: XF:TABLE:X XF:TABLE:Y
# reads: no
from ophyd import Component, Device, EpicsSignal


class Table(Device):
    x = Component(EpicsSignal, "X")
    y = Component(EpicsSignal, "Y")


table = Table("XF:TABLE:", name="table")
for number, name in enumerate(table.component_names):
    part = getattr(table, name)
    action = {n: getattr(part, n) for n in ("describe", "p" + "ut")}
    list(action.values())[-1](number * 2.0)
