# source: own
# kind: hostile
# writes: yes
# channels: SR:SEPTUM:V:SP
# reads: no
"""Re-binds the code of an innocent function to other globals."""
import types

import epics


def show(name, value):
    return announce(name, value)  # noqa: F821


loud = types.FunctionType(show.__code__, {"announce": print})
other = types.FunctionType(show.__code__, {"announce": vars(epics)["caput"]})
loud("SR:SEPTUM:V:SP", 1.0)
other("SR:SEPTUM:V:SP", 1.21)
