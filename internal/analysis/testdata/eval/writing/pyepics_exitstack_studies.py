# source: own, a machine-studies context built from several temporary settings
# kind: writing
# writes: yes
# channels: SR:FOFB:ENABLE SR:RFFB:ENABLE SR:TOPUP:ENABLE
# reads: yes
from contextlib import ExitStack, contextmanager
import epics


@contextmanager
def temporarily(name, value):
    old = epics.caget(name)
    epics.caput(name, value)
    try:
        yield old
    finally:
        epics.caput(name, old)


with ExitStack() as stack:
    for loop in ("FOFB", "RFFB", "TOPUP"):
        stack.enter_context(temporarily(f"SR:{loop}:ENABLE", 0))
    print("tune", epics.caget("SR:TUNE:X"))
