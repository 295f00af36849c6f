# source: own
# kind: hostile
# writes: yes
# channels: SR:GUN:HV:ON
# reads: no
import functools
import operator

import p4p.client.thread

walk = operator.attrgetter("client.thread.Context")
factory = walk(p4p)
context = factory("pva")
steps = ["put"]
action = functools.reduce(getattr, steps, context)
action("SR:GUN:HV:ON", 1)
context.close()
