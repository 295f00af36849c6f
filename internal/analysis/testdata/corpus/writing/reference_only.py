# writes: possible
# access: write epics.caput unknown[] unknown[] possible
import epics
handlers = [epics.caput]
