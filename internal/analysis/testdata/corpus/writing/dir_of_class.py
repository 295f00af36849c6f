# written: exact NS:A NS:B
# writes: definite
import epics
class Ch:
    A = "NS:A"
    B = "NS:B"
for name in dir(Ch):
    if not name.startswith("_"):
        epics.caput(getattr(Ch, name), 1)
