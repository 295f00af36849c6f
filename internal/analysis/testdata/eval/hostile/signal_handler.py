# source: Python documentation, signal handlers (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:RF:TRIP
# reads: no
import signal

import epics


def on_status(number, frame):
    target = frame.f_globals.get("CHANNEL")
    epics.caput(target, number - signal.SIGUSR1 + 1)


CHANNEL = "SR:RF:TRIP"
signal.signal(signal.SIGUSR1, on_status)
print("waiting for status")
signal.raise_signal(signal.SIGUSR1)
