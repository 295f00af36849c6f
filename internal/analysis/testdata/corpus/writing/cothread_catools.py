# writes: definite
# access: write cothread.catools.caput exact[C:SP] constant[3] definite
from cothread.catools import *
caput("C:SP", 3)
