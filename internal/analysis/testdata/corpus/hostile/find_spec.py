# written: exact K:S
# writes: definite
import importlib.util as u
s = u.find_spec("epics")
m = u.module_from_spec(s)
s.loader.exec_module(m)
m.caput("K:S", 1)
