# writes: definite
# written: exact Q:1
import queue, threading, epics
q = queue.Queue()
def worker():
    while True:
        item = q.get()
        if item is None:
            break
        epics.caput("Q:1", item)
threading.Thread(target=worker, daemon=True).start()
q.put(1)
q.put(None)
