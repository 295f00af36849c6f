# source: caproto docs, "Synchronous client: read" (caproto.github.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
from caproto.sync.client import read

for name in ("random_walk:dt", "random_walk:x"):
    response = read(name, data_type="time")
    print(name, response.data, response.metadata.timestamp)
