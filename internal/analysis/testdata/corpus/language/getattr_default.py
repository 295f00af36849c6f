# writes: definite
# written: exact GD:1
import epics
put = getattr(epics, "caput", None)
put("GD:1", 1)
