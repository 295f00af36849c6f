# writes: definite
# written: exact GM:1
import epics
PVS = []
current = None
def setup():
    global current
    current = epics.PV("GM:1")
    PVS.append(current)
def go():
    current.put(1)
    for p in PVS:
        p.put(2)
setup()
go()
