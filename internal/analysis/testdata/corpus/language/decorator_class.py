# writes: definite
# written: exact W:3
import epics
class logged:
    def __init__(self, fn):
        self.fn = fn
    def __call__(self, *args, **kw):
        print("calling")
        return self.fn(*args, **kw)
@logged
def write(pv, v):
    epics.caput(pv, v)
write("W:3", 1)
