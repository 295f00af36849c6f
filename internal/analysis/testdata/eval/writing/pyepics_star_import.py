# source: own, as typed by operators at a prompt and then saved
# kind: writing
# writes: yes
# channels: XF27:FILTER1:IN XF27:FILTER2:IN
# reads: yes
from epics import *

n = 1
while n <= 2:
    pv = PV('XF27:FILTER' + str(n) + ':IN')
    if pv.get() != 0:
        pv.put(0)
    n += 1
