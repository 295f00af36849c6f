# writes: unresolved
# unresolved: put
# unresolved: set
# A device has parts that its table does not name; a name that writes is one to them.
from ophyd import EpicsMotor, EpicsScaler
EpicsScaler("X:scaler1", name="s").preset_time.put(2)
motor = EpicsMotor("X:m1", name="m")
motor.jog_velocity.set(3)
print(motor.name, motor.connected)
