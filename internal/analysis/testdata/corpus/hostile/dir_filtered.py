# access: write epics.caput exact[D:1] constant[2] possible
# unresolved: getattr
import epics
verbs = [n for n in dir(epics) if n[::-1] == "tupac"]
getattr(epics, verbs[0])("D:1", 2)
