"""Corrects the orbit once, in open loop, from a stored response.

    python3 correct.py response.npz [--verify]

It reads orbit and correctors, solves for the kicks by SVD, and walks each
corrector there in steps of at most 0.5 A. With --verify it reads the orbit again
when all is put.
"""

import sys
import time

import epics
import numpy as np

CUT = 0.02  # of the largest singular value: what is smaller is noise
STEP = 0.5  # A, the most that one put may change
BPMS_X = [f"SR{cell:02d}C-DI-EBPM-{n:02d}:SA:X" for cell in range(1, 13) for n in range(1, 5)]
BPMS_Y = [f"SR{cell:02d}C-DI-EBPM-{n:02d}:SA:Y" for cell in range(1, 13) for n in range(1, 5)]
STEERERS = [f"SR{cell:02d}A-PC-{way}STR-{n:02d}:SETI" for way in "HV" for cell in range(1, 13) for n in range(1, 4)]


def orbit():
    return np.array(epics.caget_many(BPMS_X), dtype=float), np.array(epics.caget_many(BPMS_Y), dtype=float)


def rms(x, y):
    return 1000 * np.sqrt(np.mean(x**2)), 1000 * np.sqrt(np.mean(y**2))


def kicks(response, measured):
    """Return the changes of current that should bring measured to zero."""
    return -np.linalg.pinv(response, rcond=CUT) @ measured


stored = np.load(sys.argv[1])
x, y = orbit()
before = rms(x, y)
print(f"before: x {before[0]:.0f} um rms, y {before[1]:.0f} um rms")

changes = dict(zip(stored["horizontal"].tolist(), kicks(stored["response_x"], x), strict=True))
changes |= zip(stored["vertical"].tolist(), kicks(stored["response_y"], y), strict=True)
puts = 0
for name, old in zip(STEERERS, epics.caget_many(STEERERS), strict=True):
    change = changes.get(name, 0.0)
    steps = int(np.ceil(abs(change) / STEP))
    for k in range(1, steps + 1):
        epics.caput(name, old + change * k / steps, wait=True)
        puts += 1
print(f"{puts} puts to {len(changes)} correctors, the largest change {max(map(abs, changes.values())):.2f} A")
results = {"before_um": before, "puts": puts}

if "--verify" in sys.argv:
    time.sleep(1)
    after = rms(*orbit())
    factor = np.hypot(*before) / np.hypot(*after)
    print(f"after: x {after[0]:.0f} um rms, y {after[1]:.0f} um rms, better by a factor of {factor:.1f}")
    results |= {"after_um": after, "factor": factor}
