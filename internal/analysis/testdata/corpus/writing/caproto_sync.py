# writes: definite
# access: write caproto.sync.client.write exact[P:SP] constant[1] definite
from caproto.sync.client import write
write("P:SP", 1, notify=True)
