# source: SLAC/LCLS controls scripts: corrector scan with beam synchronous buffers, then restore
# kind: writing
# writes: yes
# channels: EDEF:SYS0:1:CTRL EDEF:SYS0:1:MEASCNT XCOR:LTUH:656:BCTRL YCOR:LTUH:656:BCTRL
# reads: yes
import collections
import itertools
import time

import numpy as np
from epics import PV, caget, caput

Corrector = collections.namedtuple("Corrector", "plane unit")
CORRECTORS = [Corrector("X", "LTUH:656"), Corrector("Y", "LTUH:656")]
BPMS = ["BPMS:UNDH:2190", "BPMS:UNDH:2490"]
EDEF = "EDEF:SYS0:1"
SHOTS = 60


class Acquisition:
    def __init__(self, edef, shots):
        self.edef = edef
        self.ctrl = PV(edef + ":CTRL")
        caput(edef + ":MEASCNT", shots)

    def collect(self, timeout=2.0):
        self.ctrl.put(1, wait=False)
        deadline = time.monotonic() + timeout
        while caget(self.edef + ":CNT") is None and time.monotonic() < deadline:
            time.sleep(0.1)
        return {b: np.atleast_1d(caget(f"{b}:XHST1")).mean() for b in BPMS}


def pv_of(corrector):
    return "{0.plane}COR:{0.unit}:BCTRL".format(corrector)


def scan(corrector, span, points, acquisition):
    name = pv_of(corrector)
    nominal = caget(name)
    table = []
    try:
        for value in np.linspace(nominal - span, nominal + span, points):
            caput(name, value, wait=True)
            table.append((value, acquisition.collect()))
    except KeyboardInterrupt:
        print("stopped by operator")
    finally:
        caput(name, nominal)
    return table


def main():
    acq = Acquisition(EDEF, SHOTS)
    tables = {c: scan(c, 0.002, 3, acq) for c in CORRECTORS}
    for corrector, bpm in itertools.product(CORRECTORS, BPMS):
        x, y = zip(*((v, d[bpm]) for v, d in tables[corrector]))
        print(pv_of(corrector), bpm, np.polyfit(x, y, 1))


if __name__ == "__main__":
    main()
