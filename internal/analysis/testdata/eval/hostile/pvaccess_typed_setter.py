# source: pvaPy documentation, Channel putters (epics.anl.gov/extensions/pvapy)
# kind: hostile
# writes: yes
# channels: PVA:CAM1:GAIN
# reads: no
import pvaccess

kind = "Double"
channel = pvaccess.Channel("PVA:CAM1:GAIN")
methods = [m for m in dir(channel) if m.endswith(kind) and not m.startswith("get")]
for method in methods:
    getattr(channel, method)(6.5)
