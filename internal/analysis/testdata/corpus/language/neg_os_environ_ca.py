# writes: none
import os
os.environ["EPICS_CA_ADDR_LIST"] = "10.0.0.1"
os.environ.setdefault("EPICS_CA_AUTO_ADDR_LIST", "NO")
import epics
print(epics.caget("A"))
