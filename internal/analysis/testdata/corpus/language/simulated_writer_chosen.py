# writes: none
import epics
class Sim:
    def put(self, pv, v):
        print("sim", pv, v)
class Logger:
    def __init__(self, sink):
        self.sink = sink
    def log(self, n):
        self.sink.put(n, epics.caget(n))
Logger(Sim()).log("A")
