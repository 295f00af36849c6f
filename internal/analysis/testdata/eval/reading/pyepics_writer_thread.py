# source: own, a monitor feeding a thread that writes a file
# kind: reading
# writes: no
# channels: -
# reads: yes
import queue
import threading
import time
from epics import PV


class Writer(threading.Thread):
    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
        self.queue = queue.Queue()
        self.stopped = threading.Event()

    def put(self, pvname, value, **kw):
        self.queue.put((time.time(), pvname, value))

    def run(self):
        with open(self.path, "w") as f:
            while not (self.stopped.is_set() and self.queue.empty()):
                try:
                    f.write("%f %s %r\n" % self.queue.get(timeout=0.05))
                except queue.Empty:
                    continue


writer = Writer("monitor.txt")
writer.start()
pvs = [PV(name, callback=writer.put) for name in ("G:AHTR:AL", "G:AHTR:BL")]
time.sleep(0.5)
for pv in pvs:
    pv.clear_callbacks()
writer.stopped.set()
writer.join()
