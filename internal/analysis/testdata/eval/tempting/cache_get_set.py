# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""A cache with a time limit, keyed by channel name."""
import time


class Cache:
    def __init__(self, lifetime=5.0):
        self.lifetime = lifetime
        self.items = {}

    def set(self, key, value):
        self.items[key] = (value, time.monotonic())

    def get(self, key, default=None):
        value, stamp = self.items.get(key, (default, 0.0))
        return value if time.monotonic() - stamp < self.lifetime else default

    def put(self, key, value):
        self.set(key, value)
        return self.get(key)


cache = Cache()
print(cache.put("SR:DCCT", 401.2), cache.get("SR:LIFETIME", "unknown"))
cache.set("SR:LIFETIME", 11.4)
print(cache.get("SR:LIFETIME"))
