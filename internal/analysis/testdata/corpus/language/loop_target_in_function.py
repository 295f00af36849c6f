# written: exact NS:C
# writes: definite
import threading

import epics


def zero():
    if name == "NS:A":  # whatever the loop has come to when the thread runs
        epics.caput("NS:C", 0)


for name in ("NS:A", "NS:B"):
    threading.Thread(target=zero).start()
