# writes: unresolved
# unresolved: sys.path
import sys
sys.path.insert(0, "/tmp/x")
import numpy
