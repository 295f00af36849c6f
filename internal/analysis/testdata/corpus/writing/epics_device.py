# writes: definite
# access: write epics.Device.put exact[IOC:scan1.EXSC] constant[1] definite
# access: write epics.Device.P1SP exact[IOC:scan1.P1SP] constant[0] definite
import epics
scan = epics.Device("IOC:scan1.", attrs=("EXSC", "P1SP"))
scan.put("EXSC", 1)
scan.P1SP = 0
