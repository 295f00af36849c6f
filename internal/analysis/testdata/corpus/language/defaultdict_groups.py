# writes: definite
# written: exact DD:1 DD:2
from collections import defaultdict, OrderedDict, deque
import epics
groups = defaultdict(list)
groups["a"].append("DD:1")
groups["a"].append("DD:2")
for g, names in groups.items():
    for n in names:
        epics.caput(n, 1)
