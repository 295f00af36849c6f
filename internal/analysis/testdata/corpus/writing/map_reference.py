# writes: definite
# access: write epics.caput exact[A B] set[1 2] definite
import epics
list(map(epics.caput, ["A", "B"], [1, 2]))
