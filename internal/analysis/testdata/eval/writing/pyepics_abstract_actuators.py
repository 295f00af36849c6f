# source: pcdsdevices and typhos-like class families, reduced to pyepics with a registry of kinds
# kind: writing
# writes: yes
# channels: AMO:DIA:ST1:CMD AMO:VGC:01:OPN_SW MEC:LENS:X.VAL
# reads: yes
from abc import ABC, abstractmethod
import epics

KINDS = {}


def kind(name):
    def register(cls):
        KINDS[name] = cls
        return cls
    return register


class Actuator(ABC):
    suffix = ""

    def __init__(self, base):
        self.base = base

    @property
    def channel(self):
        return self.base + self.suffix

    @abstractmethod
    def target(self, where):
        ...

    def go(self, where):
        epics.caput(self.channel, self.target(where))
        return epics.caget(self.channel)


@kind("valve")
class Valve(Actuator):
    suffix = ":OPN_SW"

    def target(self, where):
        return 1 if where == "open" else 0


@kind("stopper")
class Stopper(Valve):
    suffix = ":CMD"


@kind("stage")
class Stage(Actuator):
    suffix = ".VAL"
    places = {"in": 12.5, "out": 80.0}

    def target(self, where):
        return self.places[where]


PROCEDURE = [
    ("valve", "AMO:VGC:01", "open"),
    ("stopper", "AMO:DIA:ST1", "closed"),
    ("stage", "MEC:LENS:X", "out"),
]

for name, base, where in PROCEDURE:
    print(name, base, KINDS[name](base).go(where))
