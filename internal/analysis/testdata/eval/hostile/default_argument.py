# source: own
# kind: hostile
# writes: yes
# channels: SR:CHICANE:1 SR:CHICANE:2
# reads: no
import epics


def describe(name, unit="A", _ready=epics.caput("SR:CHICANE:1", 5.0)):
    return f"{name} [{unit}]"


def label(names, *, show=epics.caput):
    show(names[-1], len(names))
    return ", ".join(map(describe, names))


print(label(["SR:CHICANE:1", "SR:CHICANE:2"]))
