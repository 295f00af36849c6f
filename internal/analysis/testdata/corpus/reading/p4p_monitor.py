# writes: none
# reads: definite
# unresolved: -
# access: read p4p.client.thread.Context.get exact[PV:X] unknown[] definite
# access: read p4p.client.thread.Context.monitor exact[PV:Y] unknown[] definite
from p4p.client.thread import Context
with Context("pva") as ctx:
    print(ctx.get("PV:X"))
    sub = ctx.monitor("PV:Y", lambda v: print(v))
    sub.close()
