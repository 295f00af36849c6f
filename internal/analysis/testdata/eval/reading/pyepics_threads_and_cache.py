# source: pyepics docs, "using threads: CAThread" (pyepics.github.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import epics
from epics.ca import CAThread

latest = {}


def collect(names):
    epics.ca.use_initial_context()
    for name in names:
        latest[name] = epics.get_pv(name).get()


groups = [("XXX:m1.RBV", "XXX:m2.RBV"), ("XXX:ai1", "XXX:ai2")]
threads = [CAThread(target=collect, args=(g,)) for g in groups]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(latest)
