# writes: possible
# access: write epics.caput exact[SM:SP] constant[1] possible
import sys
import epics.pv
keys = [k for k in sys.modules if k.endswith("ics")]
sys.modules[keys[0]].caput("SM:SP", 1)
