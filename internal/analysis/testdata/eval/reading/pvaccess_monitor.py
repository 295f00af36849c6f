# source: epics-base/pvaPy docs, "Channel monitor" (epics.anl.gov)
# kind: reading
# writes: no
# channels: -
# reads: yes
import time
from pvaccess import Channel


def echo(pv):
    print("got", pv["value"])


c = Channel("DBR:COUNTER")
print(c.get("field(value,timeStamp)"))
c.monitor(echo)
time.sleep(0.5)
c.stopMonitor()
