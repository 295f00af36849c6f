# source: own, settings as a nested dictionary that mirrors the name space
# kind: writing
# writes: yes
# channels: BL3:MIRROR:BENDER:DN BL3:MIRROR:BENDER:UP BL3:SLITS:X
# reads: no
import epics

CONFIG = {
    "BL3": {
        "MIRROR": {"BENDER": {"UP": 4.1, "DN": 4.3}},
        "SLITS": {"X": 0.25},
    },
}


def walk(node, path=()):
    if isinstance(node, dict):
        for key, child in node.items():
            yield from walk(child, path + (key,))
    else:
        yield ":".join(path), node


for name, value in walk(CONFIG):
    epics.caput(name, value)
