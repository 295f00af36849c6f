# writes: definite
# written: exact T:1 T:2
import threading, epics
threads = [threading.Thread(target=epics.caput, args=(f"T:{i}", i)) for i in (1, 2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
