# source: APS synApps sscan users: the positioner's name is itself read from the scan record
# kind: writing
# writes: yes
# channels: runtime
# reads: yes
import epics

SCAN = "25idc:scan1"

positioner = epics.caget(SCAN + ".P1PV", as_string=True)
centre = epics.caget(SCAN + ".P1CP")
print(f"moving {positioner} back to {centre}")
epics.caput(positioner, centre)
