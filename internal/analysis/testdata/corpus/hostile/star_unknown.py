# writes: unresolved
from facility_magic import *
caput("X", 1)
