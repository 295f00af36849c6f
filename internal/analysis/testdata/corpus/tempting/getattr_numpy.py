# builtin: -
# unresolved: -
import numpy as np
for name in ("sin", "cos"):
    print(getattr(np, name)(1.0))
def pick(fn):
    return getattr(np, fn)
