# writes: definite
# complete: true
# access: write ophyd.EpicsSignal.put exact[F:B1:In] constant[1] definite
# access: write ophyd.EpicsSignal.set exact[F:B1:Out] constant[2] definite
# access: write ophyd.EpicsSignal.put exact[F:B1:Sp] constant[3] definite
# access: write ophyd.EpicsSignal.put exact[ABS:X] constant[4] definite
# access: write ophyd.EpicsSignal.put pattern[F:*:Y] constant[5] definite
# access: write ophyd.EpicsSignal.put exact[F:B1:N:in] constant[6] definite
# What a formatted component cannot format is not exact; none gets the prefix.
from ophyd import Component as Cpt, Device, EpicsSignal, FormattedComponent as FCpt
class Inner(Device):
    x = Cpt(EpicsSignal, "in")
class A(Device):
    inp = FCpt(EpicsSignal, "{self.prefix}{self._bay}:In")
    out = FCpt(EpicsSignal, "{prefix}{_bay}:Out")
    sp = FCpt(EpicsSignal, "{prefix}{_bay}:Rb", write_pv="{prefix}{_bay}:Sp")
    absolute = Cpt(EpicsSignal, "ABS:X", add_prefix=())
    vague = FCpt(EpicsSignal, "{prefix}{self.hint}:Y")
    inner = FCpt(Inner, "{prefix}{_bay}:N:")
    def __init__(self, prefix, *, bay, **kw):
        self._bay = bay
        super().__init__(prefix, **kw)
    def go(self):
        self.inp.put(1)
        self.out.set(2).wait()
class B(A):
    pass
b = B("F:", bay="B1", name="b")
b.go()
b.sp.put(3)
b.absolute.put(4)
b.vague.put(5)
b.inner.x.put(6)
