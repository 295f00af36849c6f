# source: own, the filter comes out again whatever happens
# kind: writing
# writes: yes
# channels: BL5:BEAMSTOP:IN BL5:FILTER:WHEEL
# reads: yes
import atexit
import epics

before = epics.caget("BL5:FILTER:WHEEL")
atexit.register(epics.caput, "BL5:FILTER:WHEEL", before)


@atexit.register
def beamstop_in():
    epics.caput("BL5:BEAMSTOP:IN", 1)


print("transmission", epics.caget("BL5:DIODE:T"))
