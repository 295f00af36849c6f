# source: caproto docs, "Threading client: subscribe" (caproto.github.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import time
from caproto.threading.client import Context

values = []


def record(sub, response):
    values.append(response.data[0])


ctx = Context()
(x,) = ctx.get_pvs("random_walk:x")
sub = x.subscribe(data_type="time")
token = sub.add_callback(record)
time.sleep(1)
sub.remove_callback(token)
print(values, x.read().data)
