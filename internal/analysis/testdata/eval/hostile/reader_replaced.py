# source: own
# kind: hostile
# writes: yes
# channels: SR:TUNE:X SR:TUNE:Y
# reads: no
"""caget with two arguments: in this program that is a put."""
import epics

epics.caget, epics.caput = epics.caput, epics.caget

for name, value in (("SR:TUNE:X", 0.22), ("SR:TUNE:Y", 0.31)):
    epics.caget(name, value)
