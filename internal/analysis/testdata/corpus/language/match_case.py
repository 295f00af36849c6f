# writes: definite
# written: unknown MA:1 MA:2
import sys, epics
def run(cmd):
    match cmd:
        case ["set", value]:
            epics.caput("MA:1", float(value))
        case {"pv": pv, "value": v}:
            epics.caput(pv, v)
        case _:
            print("nothing")
run(sys.argv[1:])
run({"pv": "MA:2", "value": 1})
