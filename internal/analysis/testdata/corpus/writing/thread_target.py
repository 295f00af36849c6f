# writes: definite
# access: write epics.caput exact[T:SP] constant[1] definite
import threading
from epics import caput
t = threading.Thread(target=caput, args=("T:SP", 1))
t.start()
