# source: thor-scsi chromaticity measurement scripts (linear chromaticity from tune against RF frequency), EPICS flavour
# kind: writing
# writes: yes
# channels: MCLKHGP:setFrq
# reads: yes
import time
import numpy as np
import epics

ALPHA_C = 7.0e-4


class RFGenerator:
    """The master clock; remembers where it started."""

    def __init__(self, setpoint="MCLKHGP:setFrq", readback="MCLKHGP:rdFrq499"):
        self._sp = epics.PV(setpoint)
        self._rb = epics.PV(readback)
        self.f0 = self._sp.get()

    def shift(self, df):
        self._sp.put(self.f0 + df)
        time.sleep(2)
        return self._rb.get()

    def home(self):
        self._sp.put(self.f0)


def tunes():
    return epics.caget("TUNEZRP:freqH"), epics.caget("TUNEZRP:freqV")


rf = RFGenerator()
offsets = np.linspace(-0.5, 0.5, 5)
qx, qy = [], []
try:
    for df in offsets:
        rf.shift(df)
        h, v = tunes()
        qx.append(h)
        qy.append(v)
finally:
    rf.home()

delta = -offsets / (ALPHA_C * rf.f0)
for name, q in (("x", qx), ("y", qy)):
    slope = np.polyfit(delta, q, 1)[0]
    print(f"xi_{name} = {slope:.3f}")
