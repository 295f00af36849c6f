"""Integrate slices in threads, with a lock, a queue and an event."""
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np

done, lock, totals = threading.Event(), threading.Lock(), {}
work = queue.Queue()


def worker():
    while True:
        item = work.get()
        if item is None:
            return
        x = np.linspace(item, item + 1, 10001)
        with lock:
            totals[item] = np.trapezoid(np.sin(x), x)
        work.task_done()


threads = [threading.Thread(target=worker, daemon=True) for _ in range(4)]
for t in threads:
    t.start()
for k in range(20):
    work.put(k)
work.join()
for _ in threads:
    work.put(None)
for t in threads:
    t.join()
done.set()
print(sum(totals.values()), 1 - np.cos(20))
assert done.wait(0) and abs(sum(totals.values()) - (1 - np.cos(20))) < 1e-6

with ThreadPoolExecutor(max_workers=4) as pool:
    futures = {pool.submit(pow, k, 2): k for k in range(10)}
    print(sorted(f.result() for f in as_completed(futures)))
