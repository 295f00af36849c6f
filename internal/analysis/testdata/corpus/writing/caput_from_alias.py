# writes: definite
# reads: none
# access: write epics.caput exact[SR:HCM1:SP] constant[0.5] definite
# unresolved: -
from epics import caput as put
put("SR:HCM1:SP", 0.5)
