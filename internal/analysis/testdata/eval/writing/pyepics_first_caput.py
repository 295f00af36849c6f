# source: pyepics docs, "The epics module: caget and caput" (pyepics.github.io)
# kind: writing
# writes: yes
# channels: 13IDA:m3.PREC 13IDA:m3.VAL
# reads: yes
from epics import caget, caput

here = caget("13IDA:m3.VAL")
print("stage is at", here)

caput("13IDA:m3.VAL", here + 0.25, wait=True)
caput("13IDA:m3.PREC", 4)
print("stage is now at", caget("13IDA:m3.VAL"), caget("13IDA:m3.EGU", as_string=True))
