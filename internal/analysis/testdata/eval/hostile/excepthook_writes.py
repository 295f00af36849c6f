# source: Python documentation, threading.excepthook (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:ALARM:ACK
# reads: no
"""A thread that fails; the failure is the message."""
import threading

import epics


def hook(info):
    print(f"{info.exc_type.__name__} in {info.thread.name}")
    epics.PV(str(info.exc_value)).put(1)


def work():
    raise RuntimeError("SR:ALARM:ACK")


threading.excepthook = hook
thread = threading.Thread(target=work, name="analysis")
thread.start()
thread.join()
