# writes: definite
# access: write ophyd.PVPositioner.set exact[XF:m1] constant[3] definite
# access: write ophyd.EpicsSignal.put exact[XF:m1.VELO] constant[1] definite
from ophyd import EpicsMotor
m = EpicsMotor("XF:m1", name="m")
m.set(3)
m.velocity.put(1)
