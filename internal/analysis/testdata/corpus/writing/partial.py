# writes: definite
# access: write epics.caput exact[K1:SP] constant[1] definite
from functools import partial
from epics import caput
kick = partial(caput, "K1:SP")
kick(1)
