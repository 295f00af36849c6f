# writes: definite
# written: exact G:1 G:2 G:3
import epics
def names():
    yield "G:1"
    yield from ("G:2", "G:3")
for n in names():
    epics.caput(n, 1)
