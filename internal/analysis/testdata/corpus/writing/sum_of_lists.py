# writes: definite
# written: exact A1 A2 B1
import epics
m = {"a": ["A1", "A2"], "b": ["B1"]}
for n in sum(m.values(), []): epics.caput(n, 1)
for n in [x for l in m.values() for x in l]: epics.caput(n, 2)
