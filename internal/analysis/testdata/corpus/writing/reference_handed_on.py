# writes: possible
# access: write epics.caput unknown[] unknown[] possible
import signal
import epics
signal.signal(signal.SIGALRM, epics.caput)
