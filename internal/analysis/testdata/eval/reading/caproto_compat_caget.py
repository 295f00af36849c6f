# source: caproto docs, "PyEpics-compatible client" (caproto.github.io): reading only
# kind: reading
# writes: no
# channels: -
# reads: yes
from caproto.threading.pyepics_compat import PV, caget

print(caget("simple:A"))
watched = []
pv = PV("simple:B", auto_monitor=True)
pv.wait_for_connection(timeout=1)
pv.add_callback(lambda pvname, value, **kw: watched.append((pvname, value)))
print(pv.get(), watched[:1])
