# source: bluesky tutorial, "scan a motor" (blueskyproject.io), with EPICS devices in place of the simulated ones
# kind: writing
# writes: yes
# channels: XF:11IDB-OP{Mono-Ax:Bragg}Mtr.VAL
# reads: yes
from bluesky import RunEngine
from bluesky.plans import scan
from ophyd import EpicsMotor, EpicsSignalRO

RE = RunEngine({})
RE.subscribe(lambda name, doc: print(name, doc.get("seq_num", "")))

bragg = EpicsMotor("XF:11IDB-OP{Mono-Ax:Bragg}Mtr", name="bragg")
diode = EpicsSignalRO("XF:11IDB-BI{Diode:1}Cur:I0-I", name="diode")

RE(scan([diode], bragg, 10.0, 10.5, 6))
