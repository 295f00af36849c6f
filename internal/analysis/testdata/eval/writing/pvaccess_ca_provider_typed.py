# source: epics-base/pvaPy docs, "CA provider and typed puts" (epics.anl.gov)
# kind: writing
# writes: yes
# channels: dp:motor:x dp:motor:y
# reads: yes
import pvaccess as pva


def connect(names):
    return {n: pva.Channel(f"dp:motor:{n}", pva.CA) for n in names}


channels = connect("xy")
for value, channel in zip((0.5, -1.5), channels.values()):
    channel.putDouble(value)
    print(channel.getName(), channel.get("value"))
