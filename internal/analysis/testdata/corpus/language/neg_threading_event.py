# writes: none
import threading, epics, time
stop = threading.Event()
class Worker(threading.Thread):
    def __init__(self, name, out):
        super().__init__(daemon=True)
        self.pv = epics.PV(name)
        self.out = out
    def run(self):
        while not stop.is_set():
            self.out.append(self.pv.get())
            time.sleep(0.1)
rows = []
w = Worker("A", rows)
w.start()
stop.set()
w.join()
