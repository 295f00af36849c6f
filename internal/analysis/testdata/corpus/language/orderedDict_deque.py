# writes: definite
# written: exact O:1 O:2
from collections import OrderedDict, deque
import epics
o = OrderedDict([("O:1", 1)])
for k, v in o.items():
    epics.caput(k, v)
q = deque(["O:2"])
while q:
    epics.caput(q.popleft(), 1)
