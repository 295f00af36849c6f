# writes: definite
# access: write epics.caput exact[IN] constant[1] definite
# access: write epics.caput exact[OUT] constant[0] possible
import epics
class Window:
    def __enter__(self):
        epics.caput("IN", 1)
        return self
    def __exit__(self, *exc):
        epics.caput("OUT", 0)
with Window():
    pass
