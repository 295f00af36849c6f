# source: Python documentation, threading Event and Condition (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import threading

ready = threading.Event()
results = []


class Producer(threading.Thread):
    def run(self):
        results.append("put 1")
        ready.set()


def consumer():
    ready.wait(timeout=2)
    results.append("get 1")


other = threading.Thread(target=consumer)
other.start()
Producer().start()
other.join()
ready.clear()
print(results, ready.is_set())
