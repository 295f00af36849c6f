# source: own
# kind: hostile
# writes: yes
# channels: LN:KLY1:HV:SP
# reads: no
"""Load a plugin by its (reversed) registry key."""
import importlib

REGISTRY = {"backend": "scipe", "action": "tupac"}


def plugin(kind):
    return importlib.import_module(REGISTRY[kind][::-1])


class Runner:
    def __init__(self, kind):
        self.module = plugin(kind)

    def __call__(self, *args):
        entry = REGISTRY["action"][::-1]
        return getattr(self.module, entry)(*args)


Runner("backend")("LN:KLY1:HV:SP", 32.5)
