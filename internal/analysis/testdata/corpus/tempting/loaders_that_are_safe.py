# writes: none
import epics
import numpy as np
import sympy
import yaml

print(np.load("x.npy"), np.load("y.npy", allow_pickle=False))
print(yaml.load("a: 1", Loader=yaml.SafeLoader), yaml.safe_load(open("c.yml")))
print(sympy.sympify("sin(x) ** 2"), epics.caget("A"))
