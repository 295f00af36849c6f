# writes: unresolved
import epics
from weakref import WeakValueDictionary, ref
r = ref(epics.PV("A"))
r().put(1)
