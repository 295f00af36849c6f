# source: APS and SSRL scripts that wait for beam before measuring
# kind: reading
# writes: no
# channels: -
# reads: yes
import threading
from epics import PV

ready = threading.Event()


def on_current(value=None, **kw):
    if value is not None:
        ready.set()


current = PV("S:SRcurrentAI.VAL", callback=on_current)
shutter = PV("PA:01ID:A_SHTRS_CLOSED.VAL")
if ready.wait(timeout=0.5):
    print("beam:", current.get(), "shutters closed:", shutter.get(as_string=True))
else:
    print("no beam")
