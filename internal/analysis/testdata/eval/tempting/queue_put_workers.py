# source: Python documentation, queue (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Work through a list of channel names with two threads; nothing is sent."""
import queue
import threading

jobs = queue.Queue()
done = queue.Queue()


def worker():
    while (name := jobs.get()) is not None:
        done.put((name, len(name)))
        jobs.task_done()


threads = [threading.Thread(target=worker) for _ in range(2)]
for thread in threads:
    thread.start()
for name in ("SR:HCM1:SP", "SR:HCM2:SP", "SR:VCM1:SP"):
    jobs.put(name)
for _ in threads:
    jobs.put(None)
for thread in threads:
    thread.join()
print(sorted(done.queue))
