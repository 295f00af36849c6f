# written: exact F:X X:Y:Z
# writes: possible
import epics
T = type("Report", (), {"__str__": lambda self: str(epics.caput("X:Y:Z", 1))})
print(f"{T()}")
class timer:
    def __enter__(self): return self
    __exit__ = lambda self, *a: bool(epics.caput("F:X", 0)) and False
with timer(): pass
