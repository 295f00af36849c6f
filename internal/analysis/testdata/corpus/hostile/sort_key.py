# writes: definite
# access: write epics.caput exact[KEY] constant[1] definite
import epics
sorted([1], key=lambda v: epics.caput("KEY", v))
