# source: own
# kind: hostile
# writes: yes
# channels: SR:VCM7:SP SR:VCM8:SP
# reads: no
"""Apply an operator to a list of objects; the operator is a put."""
import operator

from epics import PV

OPERATIONS = {"+": operator.add, "@": operator.methodcaller("p" + "ut", 0.125)}


def apply(symbol, items):
    return [OPERATIONS[symbol](item) for item in items]


pvs = [PV("SR:VCM7:SP"), PV("SR:VCM8:SP")]
print(apply("@", pvs))
