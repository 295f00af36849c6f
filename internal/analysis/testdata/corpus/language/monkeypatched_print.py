# writes: possible
# written: exact MP:1
import builtins, epics
def fake(*a):
    epics.caput("MP:1", 1)
builtins.print = fake
print("x")
