# source: pyepics docs, "ca: low-level Epics interface" (pyepics.github.io)
# kind: writing
# writes: yes
# channels: 13XRM:m1.VAL
# reads: yes
from epics import ca

chid = ca.create_channel("13XRM:m1.VAL", connect=True)
ca.connect_channel(chid, timeout=1.0)
value = ca.get(chid)
print(ca.name(chid), ca.field_type(chid), value)
ca.put(chid, value + 0.001, wait=True)
ca.pend_event(1e-3)
