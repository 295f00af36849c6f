# writes: definite
# written: exact P:1 P:2
from p4p.client.thread import Context
targets = {"P:1": 1.0, "P:2": 2.0}
with Context("pva") as ctx:
    old = ctx.get(list(targets))
    ctx.put(list(targets.keys()), list(targets.values()))
