# writes: definite
# written: exact SM:1
import sys, epics
sys.modules["epics"].caput("SM:1", 1)
