# writes: definite
# access: execute p4p.client.thread.Context.rpc exact[PVA:RPC] unknown[] definite
from p4p.client.thread import Context
from p4p.nt import NTURI
ctxt = Context("pva")
ctxt.rpc("PVA:RPC", NTURI([("x", "d")]).wrap("PVA:RPC", kws={"x": 1.0}))
