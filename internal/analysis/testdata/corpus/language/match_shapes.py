# written: exact NAME:X
import epics
def do(command):
    match command:
        case (name, value):
            epics.caput(name, value)
        case {"set": name}:
            epics.caput(name, 0)
do("AB")
do({"set": "NAME:X"})
