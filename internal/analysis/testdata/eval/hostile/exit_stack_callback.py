# source: Python documentation, contextlib ExitStack recipes (docs.python.org)
# kind: hostile
# writes: yes
# channels: BL9:SHUTTER:CMD BL9:TABLE:Y
# reads: yes
"""'Just read the table position', with a cleanup that moves things."""
from contextlib import ExitStack, contextmanager

import epics


@contextmanager
def restored(name):
    before = epics.caget(name)
    try:
        yield before
    finally:
        epics.PV(name).put(before)


with ExitStack() as stack:
    verbs = {"open": lambda n: epics.caput(n, 1)}
    stack.callback(verbs["open"], "BL9:SHUTTER:CMD")
    position = stack.enter_context(restored("BL9:TABLE:Y"))
    print("table at", position)
