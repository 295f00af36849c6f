# writes: unresolved
# unresolved: import
# unresolved: caput
import epics, loaders_unknown as lu
t = lu.table()
t["caput"]("A:1", 1)
