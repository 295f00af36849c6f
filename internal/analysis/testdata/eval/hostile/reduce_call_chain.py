# source: own
# kind: hostile
# writes: yes
# channels: SR:KICK:DELAY
# reads: no
"""Calls are values: a list of steps is applied one after another."""
from functools import reduce

STEPS = [
    (__import__, ("epics",)),
    (getattr, ("PV",)),
    (lambda cls, name: cls(name), ("SR:KICK:DELAY",)),
    (getattr, ("put",)),
    (lambda f, value: f(value), (120,)),
]
first, *rest = STEPS
print(reduce(lambda value, step: step[0](value, *step[1]), rest, first[0](*first[1])))
