# writes: possible
# access: write epics.caput exact[KEY] unknown[] possible
import epics
sorted([1], key=lambda v: epics.caput("KEY", v))
