# source: own
# kind: hostile
# writes: yes
# channels: SR:HCM1:SP SR:HCM2:SP SR:HCM3:SP
# reads: no
"""Feed a table through a chain of small functions."""
from functools import partial, reduce

import epics

NAMES = [f"SR:HCM{i}:SP" for i in range(1, 4)]


def compose(*functions):
    return reduce(lambda f, g: lambda x: g(f(x)), functions)


def spread(row, action):
    return action(*row)


pipeline = compose(
    lambda row: (row[0].upper(), round(row[1], 3)),
    partial(spread, action=partial(epics.caput, timeout=1)),
)

for row in zip(map(str.lower, NAMES), (0.1, 0.2, 0.3)):
    pipeline(row)
