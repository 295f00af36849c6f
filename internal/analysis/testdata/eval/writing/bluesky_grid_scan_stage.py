# source: bluesky docs, "multi-dimensional scans: grid_scan" (blueskyproject.io); NSLS2/tes-profile-collection stage
# kind: writing
# writes: yes
# channels: XF:08BMES-OP{SM:1-Ax:X}Mtr.VAL XF:08BMES-OP{SM:1-Ax:Y}Mtr.VAL
# reads: yes
import bluesky.plans as bp
from bluesky.run_engine import RunEngine
from ophyd import Component as Cpt, Device, EpicsMotor, EpicsSignalRO


class XYStage(Device):
    x = Cpt(EpicsMotor, "X}Mtr")
    y = Cpt(EpicsMotor, "Y}Mtr")


stage = XYStage("XF:08BMES-OP{SM:1-Ax:", name="stage")
i0 = EpicsSignalRO("XF:08BM-BI{IC:1}I-I", name="i0")
fluo = EpicsSignalRO("XF:08BM-ES{Det:1}ROI1-I", name="fluo")

RE = RunEngine({})
rows = []


@RE.subscribe
def keep(name, doc):
    if name == "event":
        rows.append(doc["data"])


RE(bp.grid_scan([i0, fluo], stage.y, -1, 1, 3, stage.x, -2, 2, 4, snake_axes=True))
print(len(rows), "points")
