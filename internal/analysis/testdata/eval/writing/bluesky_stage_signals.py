# source: ophyd docs, "stage_sigs" (blueskyproject.io/ophyd), a camera configured on staging
# kind: writing
# writes: yes
# channels: XF:10IDC-BI{Cam:1}cam1:ImageMode XF:10IDC-BI{Cam:1}cam1:NumImages XF:10IDC-BI{Cam:1}cam1:TriggerMode
# reads: yes
from bluesky import RunEngine
from bluesky.plans import count
from ophyd import Component as Cpt, Device, EpicsSignal, EpicsSignalRO


class Camera(Device):
    image_mode = Cpt(EpicsSignal, "cam1:ImageMode", kind="config")
    num_images = Cpt(EpicsSignal, "cam1:NumImages", kind="config")
    trigger_mode = Cpt(EpicsSignal, "cam1:TriggerMode", kind="config")
    total = Cpt(EpicsSignalRO, "Stats1:Total_RBV", kind="hinted")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stage_sigs[self.image_mode] = 1
        self.stage_sigs[self.num_images] = 5
        self.stage_sigs["trigger_mode"] = 0


camera = Camera("XF:10IDC-BI{Cam:1}", name="camera")
RE = RunEngine({})
RE(count([camera], num=2))
