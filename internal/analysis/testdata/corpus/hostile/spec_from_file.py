# writes: unresolved
# unresolved: importlib.util.spec_from_file_location
import importlib.util
spec = importlib.util.spec_from_file_location("x", "/tmp/x.py")
m = importlib.util.module_from_spec(spec)
spec.loader.exec_module(m)
