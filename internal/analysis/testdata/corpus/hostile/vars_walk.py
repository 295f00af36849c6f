# writes: possible
# unresolved: vars
import epics
for name, thing in vars(epics).items():
    if name.startswith("cap") and len(name) == 5:
        thing("D:2", 3)
