# source: osprey framework, generated code that ramps with a limit check
# kind: writing
# writes: yes
# channels: BR:RF:VOLTAGE:SP
# reads: yes
import time
from osprey.runtime import read_channel, write_channel

SETPOINT, READBACK = "BR:RF:VOLTAGE:SP", "BR:RF:VOLTAGE:RB"
LOW, HIGH, STEP = 0.0, 3.0, 0.5


def ramp_to(target):
    if not LOW <= target <= HIGH:
        raise ValueError(f"{target} is outside {LOW}..{HIGH}")
    value = float(read_channel(READBACK))
    while abs(target - value) > 1e-6:
        value += max(-STEP, min(STEP, target - value))
        write_channel(SETPOINT, value)
        time.sleep(1)


ramp_to(2.75)
