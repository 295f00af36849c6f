# writes: definite
# written: exact A
import epics
from collections import UserDict, UserList
u = UserList([epics.PV("A")])
u[0].put(1)
