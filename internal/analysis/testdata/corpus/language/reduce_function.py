# writes: definite
# written: exact R:1 R:2
from functools import reduce
import epics
reduce(lambda acc, n: epics.caput(n, acc) or acc, ["R:1", "R:2"], 0)
