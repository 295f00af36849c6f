# source: caproto docs, "PyEpics-compatible client" (caproto.github.io)
# kind: writing
# writes: yes
# channels: simple:A simple:C
# reads: yes
from caproto.threading.pyepics_compat import PV, caget, caput

caput("simple:A", 7)
c = PV("simple:C")
c.wait_for_connection(timeout=2)
c.put([1, 2, 3], wait=True)
print(caget("simple:A"), c.get())
