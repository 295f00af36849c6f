# writes: none
from p4p.client.thread import Context
import queue
q = queue.Queue(maxsize=10)
ctx = Context("pva")
def cb(v):
    try:
        q.put_nowait(v)
    except queue.Full:
        q.get()
        q.put(v)
sub = ctx.monitor("A", cb)
print(q.get(timeout=1))
sub.close(); ctx.close()
