# source: Python documentation, copyreg (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:FEEDBACK:LOOP
# reads: no
import copy
import copyreg

import epics


class State:
    def __init__(self, name, value):
        self.name, self.value = name, value


copyreg.pickle(State, lambda s: (epics.caput, (s.name, s.value)))
backup = copy.copy(State("SR:FEEDBACK:LOOP", 0))
print("backup", type(backup))
