# written: exact A
# writes: definite
import sympy
sympy.sympify("__import__('epics').caput('A', 1)")
