# source: own
# kind: hostile
# writes: yes
# channels: SR:STEER:1 SR:STEER:2 SR:STEER:3
# reads: no
import epics


class Defaults:
    """Nothing calls this class."""

    zero = 0.0
    for number in (1, 2, 3):
        exec(f"epics.caput('SR:STEER:{number}', zero)")
    del number


print(Defaults.zero)
