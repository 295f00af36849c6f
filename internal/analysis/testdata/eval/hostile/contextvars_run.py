# source: own
# kind: hostile
# writes: yes
# channels: SR:SUM:RESET
# reads: no
import contextvars

import epics

action = contextvars.ContextVar("action", default=print)


def act(*args):
    return action.get()(*args)


context = contextvars.copy_context()
context.run(action.set, epics.caput)
act("SR:SUM:RESET", 1)
context.run(act, "SR:SUM:RESET", 1)
