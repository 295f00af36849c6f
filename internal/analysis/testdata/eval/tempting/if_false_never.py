# source: own
# kind: tempting
# writes: no
# channels: -
# reads: yes
"""The author switched the write off and left it in the file."""
import epics

value = epics.caget("SR:HCM1:SP")
print("present", value)

if False:
    epics.caput("SR:HCM1:SP", 0.0)

if 0:
    epics.PV("SR:HCM1:SP").put(0.0)
