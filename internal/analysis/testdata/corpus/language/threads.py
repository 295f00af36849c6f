# writes: definite
# written: exact T:1 T:2 T:3 T:4 T:5
import threading, epics
from concurrent.futures import ThreadPoolExecutor
def w(pv, v=1):
    epics.caput(pv, v)
t = threading.Thread(target=w, args=("T:1",), kwargs={"v": 2})
t.start()
threading.Timer(0.1, w, args=["T:2"]).start()
with ThreadPoolExecutor(4) as ex:
    ex.submit(w, "T:3", 1)
    list(ex.map(w, ["T:4", "T:5"]))
