# written: exact K:S
# writes: definite
import importlib.util
m = importlib.util.find_spec("epics").loader.load_module("epics")
m.caput("K:S", 1)
