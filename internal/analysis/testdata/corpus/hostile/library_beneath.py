# writes: unresolved
import epics
epics.ca.initialize_libca().ca_array_put()
