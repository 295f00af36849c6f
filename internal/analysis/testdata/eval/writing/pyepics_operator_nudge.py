# source: own, knobs with += as in interactive tuning
# kind: writing
# writes: yes
# channels: GUN:LASER:PHASE GUN:SOLENOID:BCTRL
# reads: yes
import epics


class Knob:
    def __init__(self, channel, low, high):
        self.pv = epics.PV(channel)
        self.low, self.high = low, high

    def __iadd__(self, step):
        self.pv.put(min(self.high, max(self.low, self.pv.get() + step)))
        return self

    def __call__(self, value=None):
        if value is not None:
            self.pv.put(value)
        return self.pv.get()


phase = Knob("GUN:LASER:PHASE", -180, 180)
solenoid = Knob("GUN:SOLENOID:BCTRL", 0, 0.5)
phase += 2.5
print(solenoid(0.46))
