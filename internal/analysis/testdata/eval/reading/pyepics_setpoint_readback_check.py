# source: own, a shift checklist comparing setpoints with readbacks
# kind: reading
# writes: no
# channels: -
# reads: yes
import epics

MAGNETS = ["QF1", "QF2", "QD1", "SF", "SD"]
TOLERANCE = 0.02


class Checker:
    def __init__(self, prefix):
        self.prefix = prefix
        self.report = {}

    def set_result(self, magnet, ok):
        self.report[magnet] = ok

    def check(self, magnet):
        sp = epics.caget(f"{self.prefix}:{magnet}:SP")
        rb = epics.caget(f"{self.prefix}:{magnet}:RB")
        self.set_result(magnet, sp is not None and rb is not None and abs(sp - rb) < TOLERANCE)


checker = Checker("SR")
for m in MAGNETS:
    checker.check(m)
for m, ok in checker.report.items():
    print(m, "ok" if ok else "DIFFERS")
