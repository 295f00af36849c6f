# written: unknown G:1 G:2 G:3
import epics
def run(words):
    match words:
        case ["put", name, *rest]:
            epics.caput(name, 0)
        case ["all", *names]:
            for n in names:
                epics.caput(n, 1)
def number(x):
    match x:
        case 2:
            epics.caput("G:3", x)
run(["put", "G:1", "now", "please"])
run(["all", "G:2"])
number(2.0)
