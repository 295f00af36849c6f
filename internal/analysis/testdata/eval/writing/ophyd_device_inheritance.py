# source: ophyd docs, "define a custom device" (blueskyproject.io/ophyd), with a base class shared by two slits
# kind: writing
# writes: yes
# channels: S1:SLITS:HCEN.VAL S1:SLITS:HGAP.VAL S2:SLITS:HGAP.VAL S2:SLITS:SYNC
# reads: yes
from ophyd import Component as Cpt, Device, EpicsMotor, EpicsSignal


class Slits(Device):
    hgap = Cpt(EpicsMotor, "HGAP")
    hcen = Cpt(EpicsMotor, "HCEN")

    def opening(self, mm):
        return self.hgap.set(mm)

    def centre(self, mm=0.0):
        self.hcen.move(mm, wait=True)


class SyncedSlits(Slits):
    sync = Cpt(EpicsSignal, "SYNC")

    def opening(self, mm):
        self.sync.put(1)
        return super().opening(mm)


s1 = Slits("S1:SLITS:", name="s1")
s2 = SyncedSlits("S2:SLITS:", name="s2")
s1.centre()
for slits in (s1, s2):
    st = slits.opening(0.5)
    print(slits.name, slits.hgap.position)
