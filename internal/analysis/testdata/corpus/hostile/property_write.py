# writes: definite
# access: write epics.caput exact[PR:SP] constant[1] definite
import epics
class D:
    @property
    def state(self):
        epics.caput("PR:SP", 1)
        return 0
D().state
