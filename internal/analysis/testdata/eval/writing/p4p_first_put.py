# source: p4p docs, "Getting started" (epics-base.github.io/p4p)
# kind: writing
# writes: yes
# channels: test:array test:count
# reads: yes
from p4p.client.thread import Context

ctxt = Context("pva")
V = ctxt.get("test:array")
print(V)
ctxt.put("test:array", [1, 2, 3])
ctxt.put("test:count", {"value": 5})
print(ctxt.get("test:count"))
ctxt.close()
