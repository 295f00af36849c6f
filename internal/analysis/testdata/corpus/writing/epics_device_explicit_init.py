# writes: definite
# written: exact D:S:Hgap D:S:Vgap D:T:Hgap
# access: write epics.Device.Vgap exact[D:S:Vgap] constant[1] definite
# access: write epics.Device.put exact[D:S:Hgap] constant[1] definite
# access: write epics.Device.Hgap exact[D:T:Hgap] constant[2] definite
# complete: true
from epics import Device


class Slit(Device):
    def __init__(self, prefix):
        self.moves = 0
        Device.__init__(self, prefix, delim=":", attrs=("Hgap", "Vgap"))
        self.waiting = []

    def gap(self, v):
        self.moves += 1
        self.Vgap = v


class Narrow(Slit):
    def __init__(self):
        super().__init__("D:T")
        self._name = "narrow"


s = Slit("D:S")
s.gap(1)
s.put("Hgap", 1)
Narrow().Hgap = 2
