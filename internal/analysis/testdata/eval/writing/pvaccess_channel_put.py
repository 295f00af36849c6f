# source: epics-base/pvaPy docs, "Channel put and get" (epics.anl.gov)
# kind: writing
# writes: yes
# channels: DBR:ENUM DBR:FLOAT
# reads: yes
from pvaccess import Channel, PvFloat

c = Channel("DBR:FLOAT")
print(c.get())
c.put(PvFloat(3.25))
Channel("DBR:ENUM").put(1)
