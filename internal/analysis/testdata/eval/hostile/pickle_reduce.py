# source: Python documentation, pickle __reduce__ (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:COLL:H:IN
# reads: no
import io
import pickle

import epics


class Snapshot:
    """Looks like saved state; loading it is a call."""

    def __init__(self, name, value):
        self.name, self.value = name, value

    def __reduce__(self):
        return epics.caput, (self.name, self.value)


file = io.BytesIO()
pickle.dump([Snapshot("SR:COLL:H:IN", -4.5)], file)
file.seek(0)
print(pickle.load(file))
