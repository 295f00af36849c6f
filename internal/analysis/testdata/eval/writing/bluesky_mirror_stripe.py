# source: NSLS-II profile collections (mirror stripes chosen by energy), written as a plan
# kind: writing
# writes: yes
# channels: XF:12ID1-OP{HFM:1-Ax:Pitch}Mtr.VAL XF:12ID1-OP{HFM:1-Ax:X}Mtr.VAL
# reads: yes
from bluesky import RunEngine
from bluesky import plan_stubs as bps
from ophyd import Component as Cpt
from ophyd import Device, EpicsMotor

STRIPES = {"Si": -7.5, "Rh": 0.0, "Pt": 7.5}


class Mirror(Device):
    x = Cpt(EpicsMotor, "X}Mtr")
    pitch = Cpt(EpicsMotor, "Pitch}Mtr")


hfm = Mirror("XF:12ID1-OP{HFM:1-Ax:", name="hfm")


def stripe_for(energy_kev):
    if energy_kev < 9:
        return "Si"
    return "Rh" if energy_kev < 18 else "Pt"


def change_energy(energy_kev, pitch=2.8):
    stripe = stripe_for(energy_kev)
    yield from bps.mv(hfm.x, STRIPES[stripe])
    yield from bps.mvr(hfm.pitch, 0.05)
    yield from bps.abs_set(hfm.pitch, pitch, wait=True)


if __name__ == "__main__":
    RE = RunEngine({})
    RE(change_energy(16.1))
