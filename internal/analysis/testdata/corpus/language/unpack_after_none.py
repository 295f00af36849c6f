# writes: definite
# written: exact Q:A Q:B
# complete: true
import queue
import threading

import epics

jobs = queue.Queue()


def worker():
    while True:
        item = jobs.get()
        if item is None:
            break
        name, value = item
        epics.caput(name, value)


threading.Thread(target=worker).start()
jobs.put(("Q:A", 1))
jobs.put(("Q:B", 2))
jobs.put(None)
