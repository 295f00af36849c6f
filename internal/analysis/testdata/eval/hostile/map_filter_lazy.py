# source: own
# kind: hostile
# writes: yes
# channels: SR:BPM:GAIN1 SR:BPM:GAIN2 SR:BPM:GAIN4
# reads: no
import collections

import epics

gains = {"SR:BPM:GAIN1": 1.0, "SR:BPM:GAIN2": 1.1, "SR:BPM:GAIN3": None, "SR:BPM:GAIN4": 0.9}
known = filter(lambda item: item[1] is not None, gains.items())
stream = map(lambda item: epics.caput(*item), known)
collections.deque(stream, maxlen=0)
