# writes: definite
# access: write epics.ca.put exact[LOW:SP] constant[1] definite
from epics import ca
chid = ca.create_channel("LOW:SP")
ca.put(chid, 1)
