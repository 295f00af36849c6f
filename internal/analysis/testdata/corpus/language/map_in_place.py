# written: exact K:3
import epics
a, b = map(str, [3, 4])
epics.caput("K:" + a, 1)
