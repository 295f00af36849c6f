# source: own, a control room notebook exported to a script
# kind: writing
# writes: yes
# channels: INJ:K1:TIMING:DELAY INJ:K1:VOLTAGE:SP
# reads: yes
# coding: utf-8

# In[1]:

import numpy as np
import pandas as pd
from epics import caget, caput

# In[2]:

kicker = "INJ:K1"
caget(f"{kicker}:VOLTAGE:RB")

# In[3]:

delays = np.arange(100, 104, 1.0)
data = []
for d in delays:
    caput(f"{kicker}:TIMING:DELAY", d)
    data.append({"delay": d, "eff": caget("INJ:EFF"), "loss": caget("SR:BLM:SUM")})
df = pd.DataFrame(data)
df

# In[4]:

best = df.loc[df.eff.idxmax(), "delay"]
caput("{}:TIMING:DELAY".format(kicker), best)

# In[5]:

caput(kicker + ":VOLTAGE:SP", 11.8); df.describe()
