# source: own, channel names kept in an Enum with a helper on it
# kind: writing
# writes: yes
# channels: CHOP:PHASE:SET CHOP:SPEED:SET
# reads: yes
from enum import Enum
import epics


class Chopper(str, Enum):
    SPEED = "CHOP:SPEED"
    PHASE = "CHOP:PHASE"

    def write(self, value):
        return epics.caput(f"{self.value}:SET", value)

    def read(self):
        return epics.caget(self.value + ":GET")


for channel, value in {Chopper.SPEED: 14.0, Chopper.PHASE: 38.2}.items():
    channel.write(value)
    print(channel.name, channel.read())
