# builtin: exec
# unresolved: exec
import sys
def f():
    [exec for exec in ()]
    exec(sys.argv[1])
f()
