# source: storage-ring commissioning scripts of Sirius and NSLS-II: orbit response matrix over caget/caput
# kind: writing
# writes: yes
# channels: SI-01M1:PS-CH:Current-SP SI-01M1:PS-CV:Current-SP SI-01M2:PS-CH:Current-SP SI-01M2:PS-CV:Current-SP SI-02M1:PS-CH:Current-SP SI-02M1:PS-CV:Current-SP
# reads: yes
"""Measure one block of the orbit response matrix with bipolar kicks."""
import time

import numpy as np
from epics import caget, caput

SECTIONS = ["01M1", "01M2", "02M1"]
BPMS = [f"SI-{s:02d}M{h}:DI-BPM" for s in range(1, 5) for h in (1, 2)]
DELTA = 0.05      # A
SETTLE = 0.8      # s


def orbit():
    x = [caget(f"{b}:PosX-Mon") for b in BPMS]
    y = [caget(f"{b}:PosY-Mon") for b in BPMS]
    return np.array(x + y, dtype=float)


def kick(name, delta):
    start = caget(name)
    try:
        caput(name, start + delta / 2, wait=True)
        time.sleep(SETTLE)
        plus = orbit()
        caput(name, start - delta / 2, wait=True)
        time.sleep(SETTLE)
        minus = orbit()
    finally:
        caput(name, start, wait=True)
    return (plus - minus) / delta


def main():
    columns = []
    for plane in "HV":
        for sec in SECTIONS:
            pv = f"SI-{sec}:PS-C{plane}:Current-SP"
            print("kicking", pv)
            columns.append(kick(pv, DELTA))
    matrix = np.column_stack(columns)
    np.savetxt("orm.txt", matrix)
    print("matrix", matrix.shape)


if __name__ == "__main__":
    main()
