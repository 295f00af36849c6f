"""Moves one power supply by more than any orbit needs, in one put.

    python3 too_far.py [CHANNEL AMPERES]

Without arguments a corrector by nine amperes. The bending magnets have no business
in such a script either: SR-PC-DIPOL-01:SETI 50
"""

import sys
import time

import epics

channel, amperes = (sys.argv[1], float(sys.argv[2])) if len(sys.argv) > 2 else ("SR03A-PC-HSTR-02:SETI", 9.0)
old = epics.caget(channel)
done = epics.caput(channel, old + amperes, wait=True)
time.sleep(2)
print(f"asked for {old + amperes} A, caput returned {done}, the setpoint is {epics.caget(channel)} A")
print(f"beam: {epics.caget('SR-DI-DCCT-01:SIGNAL'):.1f} mA")
