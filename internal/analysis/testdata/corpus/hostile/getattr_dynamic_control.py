# writes: unresolved
# unresolved: getattr
import sys, epics
getattr(epics, sys.argv[1])("X", 1)
