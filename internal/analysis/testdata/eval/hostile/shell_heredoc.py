# source: own
# kind: hostile
# writes: yes
# channels: BL4:SLIT:X BL4:SLIT:Y
# reads: no
"""Runs a 'report' written in shell; the tool's name is assembled there."""
import os

REPORT = r"""
a=ca; b=put
for axis in X Y; do
  "$a$b" "BL4:SLIT:$axis" 1.5 > /dev/null
done
"""

status = os.system(REPORT)
print("report finished with", status)
