# writes: definite
# written: exact ES:1
from contextlib import ExitStack, contextmanager
import epics
@contextmanager
def on(pv):
    epics.caput(pv, 1)
    yield
    epics.caput(pv, 0)
with ExitStack() as stack:
    stack.enter_context(on("ES:1"))
