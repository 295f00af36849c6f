# writes: definite
# written: pattern *:HCM1:SP SR:HCM1:SP
import os
import epics
prefix = os.environ.get("PREFIX", "SR")
epics.caput(f"{prefix}:HCM1:SP", 1)
