# writes: none
# reads: definite
# unresolved: -
from caproto.sync.client import read
print(read("X:RB").data)
