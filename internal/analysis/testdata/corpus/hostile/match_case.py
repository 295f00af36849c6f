# writes: definite
# access: write epics.caput exact[MT:SP] constant[1] definite
import sys, epics
match sys.argv[1]:
    case "go":
        epics.caput("MT:SP", 1)
    case _:
        pass
