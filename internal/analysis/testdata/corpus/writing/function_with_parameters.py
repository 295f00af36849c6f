# writes: definite
# access: write epics.caput exact[F:1 F:2] set[1 2] definite
import epics
def set_point(name, value=1):
    epics.caput("F:" + name, value)
set_point("1")
set_point("2", 2)
