# source: p4p docs, "Client API: get and put on a list of PVs" (epics-base.github.io/p4p)
# kind: writing
# writes: yes
# channels: LINAC:KLY1:PHASE LINAC:KLY2:PHASE LINAC:KLY3:PHASE
# reads: yes
from contextlib import closing
from p4p.client.thread import Context, TimeoutError

klystrons = ["LINAC:KLY%d:PHASE" % k for k in range(1, 4)]
OFFSET = 1.5


def shift_all(ctx):
    phases = ctx.get(klystrons)
    ctx.put(klystrons, [float(p) + OFFSET for p in phases], timeout=3, wait=True)


with closing(Context("pva")) as ctx:
    try:
        shift_all(ctx)
    except TimeoutError:
        print("some klystron did not answer")
