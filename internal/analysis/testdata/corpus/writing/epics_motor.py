# writes: definite
# access: write epics.Motor.move exact[IOC:m1.VAL] constant[2.5] definite
# access: write epics.Motor.drive exact[IOC:m1.VAL] constant[0] definite
from epics import Motor
m = Motor("IOC:m1")
m.move(2.5)
m.drive = 0
