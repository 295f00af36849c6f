# writes: definite
# written: exact AB:1
from abc import ABC, abstractmethod
import epics
class Action(ABC):
    @abstractmethod
    def execute(self): ...
class Put(Action):
    def __init__(self, pv, v):
        self.pv, self.v = pv, v
    def execute(self):
        epics.caput(self.pv, self.v)
for a in [Put("AB:1", 1)]:
    a.execute()
