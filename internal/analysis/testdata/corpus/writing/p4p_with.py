# writes: definite
# access: write p4p.client.thread.Context.put exact[PVA:SP] constant[5] definite
from p4p.client.thread import Context
with Context("pva") as c:
    c.put("PVA:SP", 5)
