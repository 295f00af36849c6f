# writes: definite
# access: write caproto.threading.pyepics_compat.caput exact[CC:SP] constant[1] definite
from caproto.threading.pyepics_compat import caput
caput("CC:SP", 1)
