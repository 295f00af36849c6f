# writes: definite
# written: exact TC:1
import epics
Dev = type("Dev", (), {"go": lambda self: epics.caput("TC:1", 1)})
Dev().go()
