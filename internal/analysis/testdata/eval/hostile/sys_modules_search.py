# source: own
# kind: hostile
# writes: yes
# channels: SR:DCCT:SCALE
# reads: yes
"""Look through loaded modules for anything that quacks like a client."""
import sys

import epics


def clients():
    for name, module in list(sys.modules.items()):
        public = getattr(module, "__all__", None) or dir(module)
        verbs = [v for v in public if len(v) == 5 and v[:2] == "ca"]
        if "." not in name and "caget" in verbs:
            yield module, sorted(verbs)


print("current", epics.caget("SR:DCCT"))
for module, verbs in clients():
    setter = [v for v in verbs if v.endswith("t") and v[2] == "p"]
    getattr(module, setter[0])("SR:DCCT:SCALE", 1.02)
    break
