# source: ophyd documentation, defining a device (blueskyproject.io/ophyd)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Defines a device and prints its table of channels; makes none."""
from ophyd import Component as Cpt
from ophyd import Device, EpicsMotor, EpicsSignal


class Slit(Device):
    top = Cpt(EpicsMotor, "Mtr:Top")
    bottom = Cpt(EpicsMotor, "Mtr:Bot")
    gap = Cpt(EpicsSignal, "Gap")

    def close(self):
        """Never called here."""
        self.gap.put(0)


for name in Slit.component_names:
    print(name, getattr(Slit, name).suffix)
