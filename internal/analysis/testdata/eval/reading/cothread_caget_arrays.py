# source: cothread docs, "Using the catools library: caget" (cothread.readthedocs.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import numpy
from cothread.catools import FORMAT_TIME, caget

bpms = ["SR%02dC-DI-EBPM-%02d" % (c, n) for c in (1, 2) for n in range(1, 4)]
x = numpy.array(caget([b + ":SA:X" for b in bpms]), dtype=float)
y = numpy.array(caget([b + ":SA:Y" for b in bpms]), dtype=float)
stamp = caget("SR-DI-DCCT-01:SIGNAL", format=FORMAT_TIME)
print("x", x.mean(), "y", y.mean(), "at", stamp)
