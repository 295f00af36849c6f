# source: PyTango docs, "asynchronous attribute writing" (pytango.readthedocs.io)
# kind: writing
# writes: yes
# channels: fe/id/11/gap fe/id/12/gap
# reads: no
import tango

proxies = {n: tango.DeviceProxy(f"fe/id/{n}") for n in (11, 12)}
tickets = {n: p.write_attribute_asynch("gap", 30.0) for n, p in proxies.items()}
for n, ticket in tickets.items():
    proxies[n].write_attribute_reply(ticket, 3000)
    print(n, "done")
