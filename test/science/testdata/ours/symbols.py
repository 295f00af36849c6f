"""sympy: solve, integrate, lambdify, C code, plots without a display."""
import numpy as np
import sympy as sp
from sympy.utilities.codegen import codegen

x, k = sp.symbols("x k", positive=True)
f = sp.exp(-k * x) * sp.sin(x)
area = sp.simplify(sp.integrate(f, (x, 0, sp.oo)))
print(area, sp.diff(f, x), sp.series(f, x, 0, 4), sp.solve(x**2 - 3 * x + 2, x), sp.latex(area))
fast = sp.lambdify((x, k), f, "numpy")
print(fast(np.linspace(0, 1, 4), 2.0))
[(name, code), _] = codegen(("area", area), "C99", "beam")
print(name, code.splitlines()[-3:], sp.parse_expr("x**2 + sin(x)"))
y = sp.Function("y")
print(sp.dsolve(y(x).diff(x) + y(x), y(x)), sp.Matrix([[1, 2], [3, 4]]).inv())
