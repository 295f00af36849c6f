# writes: definite
# access: write epics.caput exact[E:SP] constant[2] definite
from concurrent.futures import ThreadPoolExecutor
import epics
with ThreadPoolExecutor() as pool:
    pool.submit(epics.caput, "E:SP", 2)
