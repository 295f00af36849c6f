# source: own, a notebook exported to a script: statistics of loss monitors
# kind: reading
# writes: no
# channels: -
# reads: yes
# In[1]:
import numpy as np
from epics import PV, caget

# In[2]:
blm = [f"SR:C{c:02d}-BLM:SUM" for c in range(1, 31, 10)]
values = np.fromiter((caget(b) for b in blm), float)
values[values < 0] = 0
# In[3]:
order = np.argsort(values)[::-1]
for k in order:
    print(f"{blm[k]:20s} {values[k]:8.2f}")
# In[4]:
PV("SR:DCCT").get()
