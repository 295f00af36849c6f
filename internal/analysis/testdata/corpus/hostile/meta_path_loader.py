# writes: unresolved
import sys
for f in sys.meta_path:
    s = f.find_spec("epics", None)
    if s:
        m = s.loader.load_module("epics")
        m.caput("K:S", 1)
