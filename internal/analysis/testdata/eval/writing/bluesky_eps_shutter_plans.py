# source: NSLS-II-BMM/profile_collection, startup/50-actuators.py (EPS shutter with open and close)
# kind: writing
# writes: yes
# channels: XF:06BM-PPS{Sh:A}Cmd:Cls-Cmd XF:06BM-PPS{Sh:A}Cmd:Opn-Cmd XF:06BM-PPS{Sh:FE}Cmd:Opn-Cmd
# reads: yes
import bluesky.plan_stubs as bps
from bluesky import RunEngine
from bluesky.preprocessors import finalize_wrapper
from ophyd import Component as Cpt, Device, EpicsSignal, EpicsSignalRO

RE = RunEngine()


class SafetyShutter(Device):
    opn = Cpt(EpicsSignal, "Cmd:Opn-Cmd")
    cls = Cpt(EpicsSignal, "Cmd:Cls-Cmd")
    state = Cpt(EpicsSignalRO, "Pos-Sts")
    permit = Cpt(EpicsSignalRO, "Permit:Enbl-Sts")

    def __init__(self, *args, kind_of_shutter="PH", **kwargs):
        super().__init__(*args, **kwargs)
        self.kind_of_shutter = kind_of_shutter

    def open(self):
        """For people at the prompt."""
        print("opening", self.name)
        self.opn.put(1)

    def open_plan(self):
        yield from bps.mv(self.opn, 1)

    def close_plan(self):
        yield from bps.mv(self.cls, 1)


front_end = SafetyShutter("XF:06BM-PPS{Sh:FE}", name="front_end", kind_of_shutter="FE")
photon = SafetyShutter("XF:06BM-PPS{Sh:A}", name="photon")


def expose(seconds):
    def inner():
        yield from photon.open_plan()
        yield from bps.sleep(seconds)

    yield from finalize_wrapper(inner(), photon.close_plan())


front_end.open()
RE(expose(0.5))
print(photon.state.get())
