# source: bluesky docs, "callbacks: CallbackBase" (blueskyproject.io), documents written to a CSV file
# kind: reading
# writes: no
# channels: -
# reads: yes
import csv
from bluesky import RunEngine
from bluesky.callbacks import CallbackBase
from bluesky.plans import count
from ophyd import EpicsSignalRO


class CSVWriter(CallbackBase):
    def start(self, doc):
        self.file = open(f"run-{doc['uid'][:6]}.csv", "w", newline="")
        self.writer = None

    def event(self, doc):
        if self.writer is None:
            self.writer = csv.DictWriter(self.file, sorted(doc["data"]))
            self.writer.writeheader()
        self.writer.writerow(doc["data"])

    def stop(self, doc):
        self.file.close()


RE = RunEngine({})
RE.subscribe(CSVWriter())
RE(count([EpicsSignalRO("BL8:ION:1", name="ion1")], num=3))
