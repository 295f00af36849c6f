# source: own, mode changes of a user facility written as a match statement
# kind: writing
# writes: yes
# channels: ID07:GAP:SET SR:FOFB:LOOP
# reads: no
from enum import Enum
import epics


class Mode(Enum):
    USER = "user"
    STUDIES = "studies"
    SHUTDOWN = "shutdown"


def apply(mode: Mode):
    match mode:
        case Mode.USER:
            epics.caput("SR:FOFB:LOOP", 1)
            epics.caput("ID07:GAP:SET", 12.5)
        case Mode.STUDIES:
            epics.caput("SR:FOFB:LOOP", 0)
        case Mode.SHUTDOWN | _:
            print("nothing to do")


for m in (Mode.STUDIES, Mode("user")):
    apply(m)
