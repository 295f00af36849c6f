# source: beamline intensity feedback scripts at APS and SSRL (pitch piezo follows an ion chamber), pyepics monitor callback
# kind: writing
# writes: yes
# channels: BL12:MONO:PIEZO:SET
# reads: yes
import time
from epics import PV

TARGET = 0.8
GAIN = -0.02

piezo = PV("BL12:MONO:PIEZO:SET")
chamber = PV("BL12:IC0:CURRENT", auto_monitor=True)


def on_intensity(pvname=None, value=None, timestamp=None, **kw):
    if value is None:
        return
    error = value - TARGET
    piezo.put(GAIN * error)


index = chamber.add_callback(on_intensity)
try:
    for _ in range(5):
        time.sleep(1)
finally:
    chamber.remove_callback(index)
    print("feedback off")
