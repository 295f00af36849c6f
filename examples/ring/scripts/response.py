"""Measures how correctors move the orbit and saves it as response.npz.

    python3 response.py [few | cell | all]

few (the default) is 4 correctors a plane, cell is one in each cell, so 12 a plane,
and all is 36 a plane, which takes a minute. Each is put 0.2 A up, 0.2 A down, and
back where it was.
"""

import sys
import time

import epics
import numpy as np

STEP = 0.2  # A
SETTLE = 0.15  # s, of the monitors once the current is there: they are read ten times a second
CELLS = {"few": [1, 6, 8, 11], "cell": range(1, 13), "all": range(1, 13)}  # few: apart in phase, in both planes
NUMBERS = {"few": [1], "cell": [1], "all": [1, 2, 3]}  # in a cell

which = sys.argv[1] if len(sys.argv) > 1 else "few"
horizontal = [f"SR{cell:02d}A-PC-HSTR-{n:02d}:SETI" for cell in CELLS[which] for n in NUMBERS[which]]
vertical = [f"SR{cell:02d}A-PC-VSTR-{n:02d}:SETI" for cell in CELLS[which] for n in NUMBERS[which]]
bpms_x = [f"SR{cell:02d}C-DI-EBPM-{n:02d}:SA:X" for cell in range(1, 13) for n in range(1, 5)]
bpms_y = [f"SR{cell:02d}C-DI-EBPM-{n:02d}:SA:Y" for cell in range(1, 13) for n in range(1, 5)]


def put(corrector, amperes):
    """Put a setpoint and wait, for at most a second, until its supply and the monitors have followed."""
    epics.caput(corrector, amperes, wait=True)
    for _ in range(20):
        if abs(epics.caget(corrector.replace(":SETI", ":I")) - amperes) < 0.01:
            break
        time.sleep(0.05)
    time.sleep(SETTLE)


def measure(corrector, bpms):
    """Return mm/A at bpms."""
    old = epics.caget(corrector)
    orbits = []
    try:
        for step in (STEP, -STEP):
            put(corrector, old + step)
            orbits.append(np.array(epics.caget_many(bpms), dtype=float))
    finally:
        put(corrector, old)
    return (orbits[0] - orbits[1]) / (2 * STEP)


begun = time.time()
response_x = np.column_stack([measure(name, bpms_x) for name in horizontal])
response_y = np.column_stack([measure(name, bpms_y) for name in vertical])
np.savez("response.npz", horizontal=horizontal, vertical=vertical, response_x=response_x, response_y=response_y)

correctors = len(horizontal) + len(vertical)
print(f"{correctors} correctors, {3 * correctors} puts in {time.time() - begun:.1f} s, saved as response.npz")
print(f"strongest: {abs(response_x).max():.2f} mm/A horizontally, {abs(response_y).max():.2f} mm/A vertically")
results = {"correctors": correctors, "puts": 3 * correctors}
