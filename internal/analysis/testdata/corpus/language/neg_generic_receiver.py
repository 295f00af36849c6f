# writes: none
import epics, logging
class Publisher:
    def __init__(self, sinks):
        self.sinks = sinks
    def publish(self, v):
        for s in self.sinks:
            s.write(v)
class Sink:
    def write(self, v):
        print(v)
Publisher([Sink()]).publish(epics.caget("A"))
