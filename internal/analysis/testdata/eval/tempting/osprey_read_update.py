# source: own
# kind: tempting
# writes: no
# channels: -
# reads: yes
from osprey.runtime import read_channel

settings = {}
for name in ("SR:DCCT", "SR:LIFETIME"):
    settings.update({name: read_channel(name)})
settings.setdefault("write_channel", "not used")
print(settings.keys())
