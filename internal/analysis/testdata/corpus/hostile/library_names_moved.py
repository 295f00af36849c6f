# writes: unresolved
# unresolved: vars
# The names of a control library, put into something that nothing here follows.
import types
import epics
m = types.ModuleType("m")
m.__dict__.update(epics.__dict__)
m.caput("LN:A", 1)
dict(vars(epics))["caput"]("LN:B", 1)
types.SimpleNamespace(**vars(epics)).caput("LN:C", 1)
import collections
collections.ChainMap(vars(epics))["caput"]("LN:E", 1)
d = {}
d.update(vars(epics))
d["caput"]("LN:D", 1)
