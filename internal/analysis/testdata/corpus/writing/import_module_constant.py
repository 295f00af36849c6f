# writes: definite
# import: importlib epics
# access: write epics.caput exact[I:SP] constant[1] definite
import importlib
importlib.import_module("epics").caput("I:SP", 1)
