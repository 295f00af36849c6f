# writes: possible
# access: write epics.caput exact[RD:SP] constant[5] possible
import pickle
import epics
class Result:
    def __reduce__(self):
        return epics.caput, ("RD:SP", 5)
pickle.loads(pickle.dumps(Result()))
