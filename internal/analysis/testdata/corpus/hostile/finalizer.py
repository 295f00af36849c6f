# written: exact F:1
import weakref, epics
class Thing: ...
weakref.finalize(Thing(), epics.caput, "F:1", 0)
