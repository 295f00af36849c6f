# writes: unresolved
import epics
d = {**vars(epics)}
d["caput"]("A", 1)
