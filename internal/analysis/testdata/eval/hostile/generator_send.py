# source: own
# kind: hostile
# writes: yes
# channels: SR:ORBIT:GAIN
# reads: no
"""A running average whose generator hands values on."""
from epics import PV


def average(sink):
    total, count, mean = 0.0, 0, None
    try:
        while True:
            item = yield mean
            total, count = total + item, count + 1
            mean = total / count
    finally:
        sink(mean)


stream = average(PV("SR:ORBIT:GAIN").put)
next(stream)
for value in (0.5, 0.7, 0.9):
    print(stream.send(value))
stream.close()
