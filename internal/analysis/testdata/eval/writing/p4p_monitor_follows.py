# source: epics-base/p4p example/monitor_client.py, extended to copy the value to a second PV
# kind: writing
# writes: yes
# channels: COPY:SETPOINT
# reads: yes
import time
from p4p.client.thread import Context

ctxt = Context("pva")


def follow(value):
    if isinstance(value, Exception):
        print("lost:", value)
        return
    ctxt.put("COPY:SETPOINT", float(value) * 0.5, wait=False)


sub = ctxt.monitor("MASTER:SETPOINT", follow)
time.sleep(2)
sub.close()
