# source: caproto docs, "Threading client: subscribe" (caproto.github.io), with a limiter as the callback
# kind: writing
# writes: yes
# channels: cryo:heater:limit
# reads: yes
import time
from caproto.threading.client import Context


class Limiter:
    def __init__(self, ctx, watch, limit):
        self.source, self.target = ctx.get_pvs(watch, limit)
        self.sub = self.source.subscribe()
        self.sub.add_callback(self.update)

    def update(self, sub, response):
        value = response.data[0]
        self.target.write([max(0.0, 100.0 - value)], wait=False)


limiter = Limiter(Context(), "cryo:stage:temperature", "cryo:heater:limit")
time.sleep(1)
limiter.sub.clear()
