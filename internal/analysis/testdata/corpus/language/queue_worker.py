# written: exact Z:1 Z:2
import threading
from queue import SimpleQueue
import epics
orders = SimpleQueue()
def serve():
    while True:
        order = orders.get()
        if order is None:
            break
        epics.caput(*order)
threading.Thread(target=serve).start()
orders.put(("Z:1", 4))
orders.put(("Z:2", 5))
orders.put(None)
