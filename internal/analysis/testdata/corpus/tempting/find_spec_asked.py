# writes: none
# complete: true
import importlib.util
import numpy as np
HAVE = importlib.util.find_spec("epics") is not None
spec = importlib.util.find_spec("torch")
print(HAVE, spec and spec.origin, np.zeros(3))
