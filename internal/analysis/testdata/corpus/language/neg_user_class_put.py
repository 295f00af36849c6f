# writes: none
import epics
class Archive:
    def __init__(self):
        self.d = {}
    def put(self, k, v):
        self.d[k] = v
    def write(self, path):
        with open(path, "w") as f:
            f.write(str(self.d))
    def set(self, k, v):
        self.put(k, v)
a = Archive()
a.put("x", epics.caget("X"))
a.set("y", 1)
a.write("out.txt")
