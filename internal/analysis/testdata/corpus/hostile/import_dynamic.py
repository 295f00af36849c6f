# writes: unresolved
# builtin: __import__
# unresolved: import
# unresolved: caput
import sys
m = __import__(sys.argv[1])
m.caput("X", 1)
