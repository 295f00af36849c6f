# written: exact T:GO T:SP T:STOP
from ophyd import Component, EpicsSignal, PVPositioner
from bluesky.plan_stubs import mv, stop
class Heater(PVPositioner):
    setpoint = Component(EpicsSignal, "SP")
    actuate = Component(EpicsSignal, "GO")
    stop_signal = Component(EpicsSignal, "STOP")
heater = Heater("T:", name="heater")
mv(heater, 300)
stop(heater)
