# source: caproto docs, "Synchronous client" (caproto.github.io)
# kind: writing
# writes: yes
# channels: random_walk:dt simple:A
# reads: yes
from caproto.sync.client import read, write

res = read("random_walk:dt")
print(res.data)
write("random_walk:dt", 2)
write("simple:A", [5], notify=True)
print(read("simple:A").data)
