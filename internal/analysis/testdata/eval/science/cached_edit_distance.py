# source: own
# kind: science
# writes: no
# channels: -
# reads: no
from functools import cache, lru_cache, reduce


@lru_cache(maxsize=None)
def distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return distance(a[1:], b[1:])
    return 1 + min(distance(a[1:], b), distance(a, b[1:]), distance(a[1:], b[1:]))


@cache
def catalan(n):
    return 1 if n == 0 else sum(catalan(i) * catalan(n - 1 - i) for i in range(n))


words = ["sunday", "saturday", "sundry"]
print({(a, b): distance(a, b) for a in words for b in words if a < b})
print([catalan(n) for n in range(10)], distance.cache_info().hits > 0)
print(reduce(lambda x, y: x * y, range(1, 8)))
