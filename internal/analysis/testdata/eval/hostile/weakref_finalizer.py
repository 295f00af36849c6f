# source: Python documentation, weakref.finalize (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:FILL:PATTERN
# reads: no
import gc
import weakref

import epics


class Buffer:
    def __init__(self, size):
        self.data = [0] * size


def forget():
    buffer = Buffer(1000)
    weakref.finalize(buffer, epics.caput, "SR:FILL:PATTERN", 328)
    return sum(buffer.data)


print(forget())
gc.collect()
