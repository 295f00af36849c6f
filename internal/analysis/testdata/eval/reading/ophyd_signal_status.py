# source: NSLS-II profile collections, check_shutters-like helpers that only look
# kind: reading
# writes: no
# channels: -
# reads: yes
from ophyd import EpicsSignalRO

SHUTTERS = {
    "front end": "XF:05ID-PPS{Sh:WB}Pos-Sts",
    "hutch A": "XF:05IDA-PPS:1{PSh:2}Pos-Sts",
    "hutch B": "XF:05IDB-PPS:1{PSh:4}Pos-Sts",
}


def check_shutters(status=0):
    """Tell which shutters are not in the wanted state; move nothing."""
    signals = {k: EpicsSignalRO(pv, name=k.replace(" ", "_")) for k, pv in SHUTTERS.items()}
    return [k for k, s in signals.items() if s.get() != status]


print("not as wanted:", check_shutters())
