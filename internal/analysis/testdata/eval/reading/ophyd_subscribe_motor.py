# source: ophyd docs, "subscribe to a signal or a positioner" (blueskyproject.io/ophyd)
# kind: reading
# writes: no
# channels: -
# reads: yes
import time
from ophyd import EpicsMotor

motor = EpicsMotor("XF:31IDA-OP{Tbl-Ax:X1}Mtr", name="motor")
history = []


def moved(*, value, old_value, timestamp, **kwargs):
    history.append((timestamp, value))


cid = motor.user_readback.subscribe(moved)
time.sleep(0.5)
motor.user_readback.unsubscribe(cid)
print(motor.position, motor.limits, history)
