# source: own, after three-corrector bumps in storage-ring operation
# kind: writing
# writes: yes
# channels: SR:C03-MG:G02A{VCor:1}Cur-SP SR:C03-MG:G02A{VCor:2}Cur-SP SR:C03-MG:G02A{VCor:3}Cur-SP
# reads: yes
import contextlib
import time
import epics

BUMP = {1: 0.31, 2: -0.54, 3: 0.29}


def pvname(n, what="Cur-SP"):
    return "SR:C03-MG:G02A{VCor:%d}%s" % (n, what)


@contextlib.contextmanager
def bump(height_mm):
    saved = {n: epics.caget(pvname(n)) for n in BUMP}
    try:
        for n, weight in BUMP.items():
            epics.caput(pvname(n), saved[n] + height_mm * weight, wait=True)
        yield saved
    finally:
        for n, value in saved.items():
            epics.caput(pvname(n), value, wait=True)


for h in (-0.2, 0.0, 0.2):
    with bump(h):
        time.sleep(1)
        print(h, epics.caget("SR:C03-BI{BPM:4}Pos:Y-I"), epics.caget("SR:C03-BLM:DoseRate"))
