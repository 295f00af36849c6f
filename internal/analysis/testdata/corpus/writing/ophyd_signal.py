# writes: definite
# access: write ophyd.EpicsSignal.set exact[O:SP] constant[2] definite
from ophyd import EpicsSignal
s = EpicsSignal("O:SP", name="s")
s.set(2).wait()
