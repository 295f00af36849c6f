# writes: possible
# access: write epics.caput exact[TS:SP] constant[1] possible
import threading, epics
class T(threading.Thread):
    def run(self):
        epics.caput("TS:SP", 1)
T().start()
