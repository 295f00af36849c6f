# writes: definite
# written: unknown
import epics
epics.caput(input("pv? "), 1)
