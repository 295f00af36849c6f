# source: bluesky docs, "list_scan over a temperature controller"; ophyd docs, "PVPositioner" (blueskyproject.io)
# kind: writing
# writes: yes
# channels: XF:28IDC-ES:1{Env:01}Cmd:Go XF:28IDC-ES:1{Env:01}T-SP
# reads: yes
from bluesky import RunEngine
from bluesky.plans import list_scan
from ophyd import Component as Cpt, EpicsSignal, EpicsSignalRO, PVPositioner


class CryoStream(PVPositioner):
    setpoint = Cpt(EpicsSignal, "T-SP")
    readback = Cpt(EpicsSignalRO, "T-I")
    actuate = Cpt(EpicsSignal, "Cmd:Go")
    actuate_value = 1
    done = Cpt(EpicsSignalRO, "Sts:Stable-Sts")
    done_value = 1


cryo = CryoStream("XF:28IDC-ES:1{Env:01}", name="cryo", egu="K")
pressure = EpicsSignalRO("XF:28IDC-VA:1{TCG:1}P-I", name="pressure")

RE = RunEngine({})
RE(list_scan([pressure], cryo, [100, 150, 200]))
