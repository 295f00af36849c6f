# written: exact V:1
# writes: possible
import sys
import epics
mods = {k: v for k, v in sys.modules.items() if k.startswith("epics")}
vars(mods["epics"])["caput"]("V:1", 1)
