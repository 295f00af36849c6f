# source: accelerator-physics shift scripts (ALS, BESSY II): betatron tune against a quadrupole family
# kind: writing
# writes: yes
# channels: Q1PDR:set
# reads: yes
import csv
import sys
import time
from epics import PV

quad = PV("Q1PDR:set")
tune_x = PV("TUNEZRP:measX")
tune_y = PV("TUNEZRP:measY")
beam = PV("CUM1ZK3RP:measCur")


def scan(span=0.4, points=5, dwell=1.5):
    centre = quad.get()
    rows = []
    for k in range(points):
        target = centre + span * (k / (points - 1) - 0.5)
        quad.put(target, wait=True)
        time.sleep(dwell)
        rows.append((target, tune_x.get(), tune_y.get(), beam.get()))
    quad.put(centre, wait=True)
    return rows


rows = scan()
out = csv.writer(sys.stdout)
out.writerow(["I_quad", "Qx", "Qy", "I_beam"])
out.writerows(rows)
