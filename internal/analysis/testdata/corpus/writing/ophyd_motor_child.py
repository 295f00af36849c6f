# writes: definite
# access: write ophyd.EpicsMotor.set exact[XF:m1.VAL] constant[3] definite
# access: write ophyd.EpicsSignal.put exact[XF:m1.VELO] constant[1] definite
from ophyd import EpicsMotor
m = EpicsMotor("XF:m1", name="m")
m.set(3)
m.velocity.put(1)
