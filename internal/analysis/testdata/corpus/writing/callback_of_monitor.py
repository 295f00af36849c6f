# writes: possible
# reads: definite
# access: read epics.camonitor exact[IN] unknown[] definite
# access: write epics.caput exact[OUT] unknown[] possible
import epics
def follow(value=None, **kw):
    epics.caput("OUT", value)
epics.camonitor("IN", callback=follow)
