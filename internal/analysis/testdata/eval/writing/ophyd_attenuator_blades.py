# source: pcdsdevices attenuators of LCLS (solid filters, each in or out), reduced to EpicsSignal
# kind: writing
# writes: yes
# channels: XPP:ATT:01:GO XPP:ATT:02:GO XPP:ATT:03:GO
# reads: yes
from ophyd import Component as Cpt
from ophyd import Device, EpicsSignal, EpicsSignalRO, FormattedComponent as FCpt

IN, OUT = 2, 1


class Filter(Device):
    go = Cpt(EpicsSignal, ":GO")
    state = Cpt(EpicsSignalRO, ":STATE")
    thickness = Cpt(EpicsSignalRO, ":THICK")

    def insert(self):
        self.go.put(IN)

    def remove(self):
        self.go.put(OUT)


class Attenuator(Device):
    energy = FCpt(EpicsSignalRO, "{self.calc_prefix}:T_CALC.VALE")
    f1 = Cpt(Filter, ":01")
    f2 = Cpt(Filter, ":02")
    f3 = Cpt(Filter, ":03")

    def __init__(self, prefix, *, calc_prefix, **kwargs):
        self.calc_prefix = calc_prefix
        super().__init__(prefix, **kwargs)

    @property
    def filters(self):
        return [self.f1, self.f2, self.f3]

    def apply(self, pattern):
        for blade, inside in zip(self.filters, pattern):
            blade.insert() if inside else blade.remove()


att = Attenuator("XPP:ATT", calc_prefix="XPP:ATT:COM", name="xpp_att")
print("E =", att.energy.get())
att.apply([True, False, True])
