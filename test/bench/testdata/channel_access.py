"""Times what a script does with Channel Access, and prints one JSON object.

Run as: channel_access.py PREFIX. Times are medians in microseconds, rates per second.
"""

import json
import statistics
import sys
import time

import epics

prefix = sys.argv[1]


def median(what, n):
    times = []
    for _ in range(n):
        begun = time.perf_counter()
        what()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1e6


def rate_of_monitors(seconds):
    seen = [0]

    def count(**_kwargs):
        seen[0] += 1

    chids = [epics.ca.create_channel(f"{prefix}:M{i % 100}", auto_cb=False) for i in range(100)]
    for chid in chids:
        epics.ca.connect_channel(chid)
    kept = [epics.ca.create_subscription(chids[i % 100], callback=count) for i in range(1000)]
    epics.ca.pend_event(1.0)
    seen[0] = 0
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        epics.ca.pend_event(0.05)
    rate = seen[0] / (time.perf_counter() - begun)
    for subscription in kept:
        epics.ca.clear_subscription(subscription[2])
    return rate


begun = time.perf_counter()
ao = epics.PV(f"{prefix}:FREE", auto_monitor=False)
ao.wait_for_connection(timeout=10)
connected = time.perf_counter() - begun
wave = epics.PV(f"{prefix}:WAVE", auto_monitor=False)
wave.wait_for_connection(timeout=10)
out = {"connect": connected * 1e6}
ao.get(), wave.get()
out["caget"] = median(lambda: ao.get(use_monitor=False), 400)
out["caget 160 kB"] = median(lambda: wave.get(use_monitor=False), 100)
values = iter(range(1, 10**9))
out["caput, waiting"] = median(lambda: ao.put(float(next(values)), wait=True), 200)
begun = time.perf_counter()
for _ in range(1000):
    ao.put(float(next(values)))
last = float(next(values))
ao.put(last, wait=True)
out["caput, not waiting /s"] = 1000 / (time.perf_counter() - begun)
out["monitors /s"] = rate_of_monitors(3)
print(json.dumps(out))
