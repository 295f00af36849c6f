# source: own
# kind: hostile
# writes: yes
# channels: SR:HCM3:SP
# reads: yes
from epics import *  # noqa: F403

name = "SR:HCM3:SP"
scope = globals()
present = scope["ca" + "get"](name)
step = 0.01
wanted = next(k for k in sorted(scope) if k[:3] == "cap" and k[3:] == "ut")
scope[wanted](name, (present or 0.0) * 0 + step)
