# written: exact F:B F:C F:FMT
# writes: definite
import epics
class N:
    def __format__(self, spec):
        epics.caput(spec, 1)
        return "ok"
print(f"value: {N():F:FMT}", "{:F:B}".format(N()), format(N(), "F:C"))
