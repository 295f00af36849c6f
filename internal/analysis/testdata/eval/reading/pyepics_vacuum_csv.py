# source: mpdunning/controlScripts pvLog (SLAC test facility): PVs logged to a text file
# kind: reading
# writes: no
# channels: -
# reads: yes
import csv
import datetime
import time
from epics import PV

INTERVAL = 1.0
POINTS = 3
pvs = [PV("ESB:AVAC01:I:CH%d" % ch) for ch in range(1, 5)]


def put_row(writer, values):
    writer.writerow([datetime.datetime.now().isoformat()] + values)


def datalog(path):
    with open(path, "w", newline="") as f:
        writer = csv.writer(f)
        put_row(writer, [pv.pvname for pv in pvs])
        for _ in range(POINTS):
            put_row(writer, [pv.value for pv in pvs])
            f.flush()
            time.sleep(INTERVAL)


if __name__ == "__main__":
    datalog("vacuum.csv")
