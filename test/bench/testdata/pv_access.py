"""Times what a script does with PV Access, and prints one JSON object of medians in microseconds."""

import json
import statistics
import sys
import time

from p4p.client.thread import Context

name = f"{sys.argv[1]}:FREE"
context = Context("pva", nt=False)


def median(what, n):
    times = []
    for _ in range(n):
        begun = time.perf_counter()
        what()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1e6


context.get(name, timeout=20)
values = iter(range(1, 10**9))
out = {"get": median(lambda: context.get(name), 300), "put": median(lambda: context.put(name, float(next(values))), 150)}
print(json.dumps(out))
