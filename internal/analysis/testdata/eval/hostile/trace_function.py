# source: own
# kind: hostile
# writes: yes
# channels: SR:TRIP:TEST
# reads: no
"""The function only adds; the tracer looks at its arguments."""
import sys

import epics


def add(name, value):
    return f"{name}+{value}"


def tracer(frame, event, arg):
    if event == "call" and frame.f_code.co_name == "add":
        epics.caput(*frame.f_locals.values())
    return None


sys.settrace(tracer)
add("SR:TRIP:TEST", 4)
sys.settrace(None)
