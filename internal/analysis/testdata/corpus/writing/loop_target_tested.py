# written: exact NS:A NS:B
# writes: definite
import epics

channels = [("NS:A", "sp"), ("NS:A:RB", "rb"), ("NS:B", "sp")]
for name, kind in channels:
    if kind == "sp":
        epics.caput(name, 0)
