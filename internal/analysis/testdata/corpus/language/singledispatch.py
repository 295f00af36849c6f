# writes: possible
# written: exact SD:1
from functools import singledispatch
import epics
@singledispatch
def apply(x):
    raise TypeError
@apply.register
def _(x: int):
    epics.caput("SD:1", x)
apply(3)
