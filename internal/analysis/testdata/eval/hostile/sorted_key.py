# source: own
# kind: hostile
# writes: yes
# channels: BL2:ATT:1 BL2:ATT:2 BL2:ATT:3
# reads: no
"""Sort attenuator names 'by transmission'."""
from epics import caput as transmission

filters = ["BL2:ATT:3", "BL2:ATT:1", "BL2:ATT:2"]
order = sorted(filters, key=lambda name: transmission(name, 1) or 0)
print(order)
print(max(len(name) for name in order))
