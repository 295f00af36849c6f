# writes: definite
# written: exact A:1:X A:1:Y A:2:X A:2:Y B:1 B:2 C:0 C:1 D:1 D:2 E:1 E:2
import itertools, epics
for s, p in itertools.product((1, 2), "XY"):
    epics.caput(f"A:{s}:{p}", 1)
for i, n in enumerate(["B:1", "B:2"], start=1):
    epics.caput(n, i)
for i, _ in enumerate("ab"):
    epics.caput(f"C:{i}", 1)
for n in itertools.chain(["D:1"], ["D:2"]):
    epics.caput(n, 1)
for n in itertools.chain.from_iterable([["E:1"], ["E:2"]]):
    epics.caput(n, 1)
