# writes: definite
# access: write epics.caput_many exact[A B] set[1 2] definite
import epics
epics.caput_many(["A", "B"], [1, 2])
