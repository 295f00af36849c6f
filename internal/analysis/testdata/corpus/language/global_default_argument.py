# writes: definite
# written: exact GD:SP
import epics
NAME = "GD"
def put(v, name=NAME, suffix=":SP"):
    epics.caput(name + suffix, v)
put(1)
