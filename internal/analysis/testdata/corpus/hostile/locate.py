# written: exact K:PL
# writes: definite
from pydoc import locate
locate("epics.caput")("K:PL", 1)
