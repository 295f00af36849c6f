# writes: definite
# access: write epics.caput exact[LD] constant[1] definite
import epics
(lambda p=epics.caput: p("LD", 1))()
