# written: exact A
# writes: definite
import epics
epics.PV("A").__setattr__("value", 1)
