# written: exact A
# writes: definite
import epics
from tqdm import tqdm
for p in tqdm([epics.PV("A")]): p.put(1)
