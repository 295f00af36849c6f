# source: redis-py README, basic example (github.com/redis/redis-py)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""An in-memory stand-in for the archive's Redis server."""


class Redis:
    def __init__(self, host="localhost", port=6379, db=0):
        self.where = (host, port, db)
        self._data = {}

    def set(self, name, value, ex=None):
        self._data[name] = str(value).encode()
        return True

    def get(self, name):
        return self._data.get(name)

    def hset(self, name, mapping):
        self._data.setdefault(name, {}).update(mapping)
        return len(mapping)

    def publish(self, channel, message):
        return len(message)


r = Redis(host="localhost", port=6379)
r.set("SR:HCM1:SP", 0.5)
r.hset("machine", mapping={"mode": "user", "current": 400})
r.publish("SR:HCM1:SP", "caput 0.5")
print(r.get("SR:HCM1:SP"))
