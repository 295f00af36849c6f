# writes: possible
from pkgutil import resolve_name as r
f = r("epics.ca.put")
g = r("epics:PV.put")
