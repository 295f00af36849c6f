# writes: none
# reads: definite
# unresolved: -
from epics import caget, caput
print(caget("A"))
