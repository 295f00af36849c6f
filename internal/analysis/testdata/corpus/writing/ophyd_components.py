# writes: definite
# access: write ophyd.EpicsSignal.put exact[DEV:sp] constant[1] definite
from ophyd import Component as Cpt, Device, EpicsSignal, EpicsSignalRO
class Slit(Device):
    sp = Cpt(EpicsSignal, "sp")
    rb = Cpt(EpicsSignalRO, "rb")
slit = Slit("DEV:", name="slit")
slit.sp.put(1)
