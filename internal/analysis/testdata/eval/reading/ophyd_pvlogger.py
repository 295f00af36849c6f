# source: prjemian/pvlogger (APS): EpicsSignalRO values written to one text file a day
# kind: reading
# writes: no
# channels: -
# reads: yes
import datetime
import pathlib
import time
from ophyd import EpicsSignalRO


class PVLogger:
    def __init__(self, names, directory="."):
        self.signals = [EpicsSignalRO(n, name=n.replace(":", "_"), auto_monitor=True) for n in names]
        self.directory = pathlib.Path(directory)
        for s in self.signals:
            s.wait_for_connection(timeout=2)

    @property
    def file(self):
        return self.directory / f"{datetime.date.today():%Y%m%d}-pvlog.txt"

    def write_line(self):
        with open(self.file, "a") as f:
            values = "\t".join(str(s.get()) for s in self.signals)
            f.write(f"{time.time()}\t{values}\n")

    def run(self, period, count):
        for _ in range(count):
            self.write_line()
            time.sleep(period)


PVLogger(["bdp:gp:temperature", "bdp:gp:humidity"]).run(0.2, 3)
