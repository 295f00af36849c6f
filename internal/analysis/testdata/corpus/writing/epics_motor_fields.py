# writes: definite
# access: write epics.Motor.tweak exact[M:x.TWF] unknown[] definite
# access: write epics.Motor.tweak exact[M:x.TWR] unknown[] definite
# access: write epics.Motor.tweak exact[M:x.TWF M:x.TWR] unknown[] definite
# access: write epics.Motor.set_position exact[M:x.DVAL M:x.SET] unknown[] definite
# access: write epics.Motor.move exact[M:x.VAL] unknown[] definite
# access: write epics.Motor.move exact[M:x.RVAL] constant[100] definite
# access: write epics.Motor.StopNow exact[M:x.STOP] unknown[] definite
# access: write epics.Motor.backlash exact[M:x.BDST] constant[0.1] definite
# access: write epics.Motor.put exact[M:x.VELO] constant[2] definite
# access: read epics.Motor.readback exact[M:x.RBV] unknown[] definite
import sys
from epics import Motor
m = Motor("M:x")
m.tweak()
m.tweak("reverse")
m.tweak(direction=sys.argv[1])
m.set_position(0, dial=True)
m.move(1, relative=True)
m.move(100, raw=True)
m.StopNow()
m.backlash = 0.1
m.put("slew_speed", 2)
print(m.readback)
