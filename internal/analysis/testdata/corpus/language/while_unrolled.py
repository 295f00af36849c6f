# written: exact N:1 N:2
import epics
def each():
    i = 1
    while i < 9:
        epics.caput(f"N:{i}", 0)
        i += 1
        if i > 2:
            break
each()
