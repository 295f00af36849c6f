# source: caproto docs, "Threading client" (caproto.github.io)
# kind: writing
# writes: yes
# channels: random_walk:dt random_walk:x
# reads: yes
from caproto.threading.client import Context

ctx = Context()
dt, x = ctx.get_pvs("random_walk:dt", "random_walk:x")
for pv in (dt, x):
    pv.wait_for_connection(timeout=2)
print(dt.read().data)
dt.write([0.5], wait=True)
x.write(0)
